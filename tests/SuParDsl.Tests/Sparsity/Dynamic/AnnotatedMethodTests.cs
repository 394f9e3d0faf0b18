using SuParDsl.Sparsity;

using static TorchSharp.torch;

namespace SuParDsl.Tests.Sparsity.Dynamic;

/// <summary>A model whose attributes choose the sparsity methods.</summary>
[Model, Sparse(nameof(density), Method = SparsityMethod.RigL)]
public partial class Annotated([MuWidth(16)] int width, [Density] double density = 1.0, Rule rule = Rule.Measured)
{
    public Linear Covered { get; } = new(width, width);

    [Sparse(nameof(density), Method = SparsityMethod.RigL)]
    public Linear Own { get; } = new(width, width);

    [Sparse(nameof(density))]
    public Linear Still { get; } = new(width, width);

    [Flow] Tensor Flow(Tensor x) => x | Covered | Gelu | Own | Gelu | Still;
}

/// <summary>The method in an attribute is the tensor's method, by which its mask changes.</summary>
public sealed class AnnotatedMethodTests
{
    private static readonly MaskSchedule Schedule = new() { Interval = 2, Stop = 20 };

    [Fact]
    public void A_mask_changes_as_its_attribute_says()
    {
        using var model = new Annotated(Annotated.Base with { Density = 0.25 }, seed: 1);
        using var optimizer = model.AdamW(lr: 0.01);
        using var masks = new DynamicMasks(model, optimizer, Schedule);
        var before = model.Masks.ToDictionary(static mask => mask.Key, static mask => mask.Value.ToPacked());
        var random = new SeededRandom(1, "batch");
        using var inputs = tensor([.. Enumerable.Range(0, 8 * 16).Select(_ => (float)random.NextNormal())], [8, 16]);
        for (var step = 0; step < 3; step++)
        {
            using var scope = NewDisposeScope();
            model.call(inputs).square().mean().backward();
            masks.Step(1);
        }

        Assert.Equal(
            [
                ("Covered.weight", SparsityMethod.RigL),
                ("Own.weight", SparsityMethod.RigL),
                ("Still.weight", SparsityMethod.Static),
            ],
            model.Tensors.Where(static tensor => tensor.IsSparse).Select(static tensor => (tensor.Name, tensor.Method)));
        Assert.Equal(
            ["Covered.weight", "Own.weight"],
            model.Masks.Where(mask => !mask.Value.ToPacked().SequenceEqual(before[mask.Key])).Select(static mask => mask.Key)
                .Order(StringComparer.Ordinal));
        Assert.All(model.Masks.Values, static mask => Assert.Equal(64, mask.Kept));
    }

    [Fact]
    public void At_density_1_there_is_no_mask_to_change()
    {
        using var model = new Annotated(Annotated.Base, seed: 1);
        using var optimizer = model.AdamW(lr: 0.01);

        Assert.Empty(model.Masks);
        Assert.Equal(
            "no mask of this Annotated changes: give [Sparse] a Method, or call UseMethod",
            Assert.Throws<ArgumentException>(() => new DynamicMasks(model, optimizer, Schedule)).Message);
    }
}
