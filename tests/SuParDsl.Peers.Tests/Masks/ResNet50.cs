using System.Collections.Immutable;

namespace SuParDsl.Peers.Tests.Masks;

/// <summary>
/// The 54 weights of ResNet-50 (He et al., arXiv 1512.03385, table 1, with the stride in the 3×3 convolutions). Channels
/// are marked as widths.
/// </summary>
internal static class ResNet50
{
    private static readonly (string Name, long Out, long In, long Kernel, int Side)[] Layers = [.. All()];

    public static ImmutableArray<ModelTensor> Tensors(double density, Distribution distribution)
    {
        var root = ParameterScope.Root(Rule.SuPar, 0.02).Sparse(density, distribution: distribution);
        foreach (var (name, outputs, inputs, kernel, _) in Layers)
        {
            var (rows, columns) = (Channels(outputs), Channels(inputs));
            root.AddMatrix(
                name, name == "fc" ? [rows, columns] : [rows, columns, kernel, kernel], columns * kernel * kernel, rows, default);
        }

        return root.Tensors;

        static Extent Channels(long count) => count is 3 or 1000 ? count : Extent.Scaling(count, count);
    }

    /// <summary>The fraction of kept weights.</summary>
    public static double Density(ImmutableArray<ModelTensor> tensors) =>
        tensors.Sum(static tensor => tensor.Density.Value * tensor.Count) / tensors.Sum(static tensor => tensor.Count);

    /// <summary>The fraction of multiplications that use kept weights, at 224×224.</summary>
    public static double Flops(ImmutableArray<ModelTensor> tensors)
    {
        var dense = tensors.Zip(Layers, static (tensor, layer) => (double)tensor.Count * layer.Side * layer.Side).ToArray();
        return tensors.Zip(dense, static (tensor, flops) => tensor.Density.Value * flops).Sum() / dense.Sum();
    }

    private static IEnumerable<(string Name, long Out, long In, long Kernel, int Side)> All()
    {
        yield return ("conv1", 64, 3, 7, 112);
        var (inputs, before) = (64L, 56);
        foreach (var (stage, planes, blocks, side) in ((int, long, int, int)[])[
            (1, 64, 3, 56), (2, 128, 4, 28), (3, 256, 6, 14), (4, 512, 3, 7),
        ])
        {
            for (var block = 0; block < blocks; block++)
            {
                yield return ($"{stage}.{block}.1", planes, inputs, 1, block == 0 ? before : side);
                yield return ($"{stage}.{block}.2", planes, planes, 3, side);
                yield return ($"{stage}.{block}.3", 4 * planes, planes, 1, side);
                if (block == 0)
                {
                    yield return ($"{stage}.{block}.d", 4 * planes, inputs, 1, side);
                }

                inputs = 4 * planes;
            }

            before = side;
        }

        yield return ("fc", 1000, 2048, 1, 1);
    }
}
