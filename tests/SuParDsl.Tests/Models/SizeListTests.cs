namespace SuParDsl.Tests.Models;

/// <summary>The description of a model's sizes that the generator emits.</summary>
public class SizeListTests
{
    [Fact]
    public void Each_parameter_has_its_use_and_its_base() => Assert.Equal(
        [
            ("Width", SizeKind.Width, 256), ("Layers", SizeKind.Depth, 4), ("Vocab", SizeKind.Fixed, null),
            ("Context", SizeKind.Fixed, null), ("HeadDim", SizeKind.Fixed, null), ("Attn", SizeKind.Density, null),
            ("Mlp", SizeKind.Density, null), ("Sigma", SizeKind.InitStd, null), ("AlphaIn", SizeKind.Multiplier, null),
            ("AlphaOut", SizeKind.Multiplier, null), ("Rule", SizeKind.Rule, null),
        ],
        SizesOf<Gpt, Gpt.Size>().Select(static info => (info.Name, info.Kind, info.Base)));

    [Fact]
    public void A_record_of_the_user_s_own_also_has_its_derived_and_further_sizes()
    {
        var sizes = SizesOf<Counted, CountedSize>();

        Assert.Equal(
            [
                ("Width", SizeKind.Width, typeof(int)), ("Blocks", SizeKind.Blocks, typeof(int)),
                ("class", SizeKind.Fixed, typeof(long)), ("Rho", SizeKind.Density, typeof(double)),
                ("Note", SizeKind.Other, typeof(string)), ("Hidden", SizeKind.Derived, typeof(int)),
                ("Extra", SizeKind.Other, typeof(int?)),
            ],
            sizes.Select(static info => (info.Name, info.Kind, info.Type)));
        Assert.Equal(32, sizes.Find("Hidden")!.Get(Counted.Base));
        Assert.Throws<InvalidOperationException>(() => sizes.Find("Hidden")!.With(Counted.Base, 5));
    }

    [Fact]
    public void A_copy_with_another_value_leaves_the_rest()
    {
        var sizes = SizesOf<Counted, CountedSize>();
        var start = new CountedSize(16) { Extra = 3 };
        var size = start;
        (string, object?)[] values = [("Width", 64L), ("class", 5), ("Rho", 1), ("Note", null), ("Extra", 7L)];
        foreach (var (name, value) in values)
        {
            size = sizes.Find(name)!.With(size, value);
        }

        Assert.Equal(new CountedSize(64, Blocks: 1, @class: 5, Rho: 1, Note: null) { Extra = 7 }, size);
        Assert.Equal(new CountedSize(16) { Extra = 3 }, start);
        Assert.Null(sizes.Find("Extra")!.With(size, null).Extra);
    }

    [Fact]
    public void A_value_of_another_type_is_refused()
    {
        var width = SizesOf<Counted, CountedSize>().Find("Width")!;

        var text = Assert.Throws<ArgumentException>(() => width.With(Counted.Base, "wide"));
        Assert.Contains("Width is wide, but must be of type Int32", text.Message, StringComparison.Ordinal);
        var nothing = Assert.Throws<ArgumentException>(() => width.With(Counted.Base, null));
        Assert.Contains("Width is null", nothing.Message, StringComparison.Ordinal);
        Assert.Null(SizesOf<Counted, CountedSize>().Find("Depth"));
    }

    private static SizeList<TSize> SizesOf<TModel, TSize>()
        where TModel : Model, IModel<TModel, TSize>
        where TSize : notnull => TModel.Sizes;
}

/// <summary>Sizes of which some are no parameter, some follow from others, and one has a keyword as its name.</summary>
public sealed record CountedSize(
    [MuWidth(16)] int Width, int Blocks = 1, long @class = 3, [Density] double Rho = 0.5, string? Note = "a")
{
    public int Hidden => 2 * Width;

    public int? Extra { get; init; }
}

/// <summary>A model whose number of blocks is not marked.</summary>
#pragma warning disable SUP318 // Its depth is not tuned on a smaller model.
[Model]
public partial class Counted(CountedSize s)
{
    public string? Note => s.Note;

    public long Class => s.@class;

    public Linear In { get; } = new(2, s.Width);

    public Repeat<CountedBlock> Body { get; } = new(s.Blocks, () => new(s.Width, s.Hidden, s.Rho));

    [Flow] Tensor Flow(Tensor x) => x | In | Body;
}
#pragma warning restore SUP318

/// <summary>A block of a <see cref="Counted"/>.</summary>
[Block, Sparse(nameof(rho))]
public partial class CountedBlock([MuWidth] int width, [MuWidth] int hidden, [Density] double rho)
{
    public Linear Up { get; } = new(width, hidden);

    public Linear Down { get; } = new(hidden, width);

    [Flow] Tensor Flow(Tensor x) => x + (x | Up | Relu | Down);
}
