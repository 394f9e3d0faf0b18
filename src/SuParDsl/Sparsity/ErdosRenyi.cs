using System.Collections.Immutable;

namespace SuParDsl.Sparsity;

/// <summary>
/// Distributes a global density over matrices: Erdős-Rényi (Mocanu et al., 2018), with kernels (Evci et al., arXiv
/// 1911.11134): density_l = ε·(sum of the sizes of l)/(their product), at most 1, with ε such that the counts add up.
/// </summary>
internal static class ErdosRenyi
{
    /// <summary>Computes the densities of all tensors under a distributing cover, in this model and at the base.</summary>
    public static ImmutableArray<ModelTensor> Distribute(ImmutableArray<ModelTensor> tensors)
    {
        var result = tensors.ToBuilder();
        var covers = tensors
            .Select(static (tensor, index) => (tensor.Cover, Index: index))
            .Where(static t => t.Cover is { Distributes: true })
            .GroupBy(static t => t.Cover!, static t => t.Index, ReferenceEqualityComparer.Instance);
        foreach (var group in covers)
        {
            var cover = (SparseCover)group.Key!;
            var indices = group.ToArray();
            var values = Densities([.. indices.Select(i => Sizes(tensors[i], static axis => axis.Value))], cover.Density.Value);
            var bases = Densities([.. indices.Select(i => Sizes(tensors[i], static axis => axis.Base))], cover.Density.Base);
            for (var i = 0; i < indices.Length; i++)
            {
                result[indices[i]] = tensors[indices[i]] with { Density = new(values[i], bases[i]) };
            }
        }

        return result.ToImmutable();
    }

    /// <summary>The densities of matrices with the given shapes that together keep a fraction of all weights.</summary>
    internal static double[] Densities(IReadOnlyList<long[]> shapes, double density)
    {
        var counts = shapes.Select(static shape => shape.Aggregate(1.0, static (product, size) => product * size)).ToArray();
        var raw = shapes.Zip(counts, static (shape, count) => shape.Sum() / count).ToArray();
        var full = new bool[shapes.Count];
        while (true)
        {
            // Matrices whose density would exceed 1 stay dense. Distribute the remaining weights over the others.
            var left = (density * counts.Sum()) - counts.Where((_, i) => full[i]).Sum();
            var epsilon = left / Enumerable.Range(0, raw.Length).Where(i => !full[i]).Sum(i => raw[i] * counts[i]);
            var over = Enumerable.Range(0, raw.Length).Where(i => !full[i] && epsilon * raw[i] > 1).ToArray();
            if (over.Length == 0)
            {
                return [.. raw.Select((r, i) => full[i] ? 1 : epsilon * r)];
            }

            foreach (var i in over)
            {
                full[i] = true;
            }
        }
    }

    private static long[] Sizes(ModelTensor tensor, Func<Extent, long> size) => [.. tensor.Axes.Select(size)];
}
