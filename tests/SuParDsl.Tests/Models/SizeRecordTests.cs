using static TorchSharp.torch;

namespace SuParDsl.Tests.Models;

/// <summary>Compares a model that takes a record of sizes with the same model with single sizes.</summary>
public class SizeRecordTests
{
    private static readonly RecordGptSize Size = RecordGpt.Base with
    {
        Width = 64, Layers = 2, Vocab = 11, Context = 8, HeadDim = 16, Attn = 0.5, Mlp = 0.25, Sigma = 0.1, AlphaIn = 1.5,
        AlphaOut = 0.7,
    };

    [Fact]
    public void The_base_is_the_users_record_at_the_base_sizes()
    {
        Assert.Equal(new RecordGptSize(256, 4), RecordGpt.Base);
        Assert.Equal(1024, RecordGpt.Base.Hidden);
        Assert.Equal(new TowersSize(16, Inputs: 5), Towers.Base(inputs: 5));
    }

    [Theory]
    [InlineData(Rule.SuPar)]
    [InlineData(Rule.MuP)]
    [InlineData(Rule.Standard)]
    public void It_is_the_model_with_single_sizes(Rule rule)
    {
        using var record = new RecordGpt(Size with { Rule = rule }, seed: 3);
        using var flat = new Gpt(Gpt.Base with
        {
            Width = 64, Layers = 2, Vocab = 11, Context = 8, HeadDim = 16, Attn = 0.5, Mlp = 0.25, Sigma = 0.1,
            AlphaIn = 1.5, AlphaOut = 0.7, Rule = rule,
        }, seed: 3);
        using var scope = NewDisposeScope();
        var ids = tensor([1L, 4, 10, 0, 3, 2, 2, 9, 5, 6], [2, 5]);

        Assert.Equal(flat.Tensors.AsEnumerable(), record.Tensors, static (a, b) =>
            a with { Axes = [] } == b with { Axes = [], Cover = a.Cover } && a.Axes.SequenceEqual(b.Axes));
        Assert.Equal(flat.call(ids).data<float>().ToArray(), record.call(ids).data<float>().ToArray());
    }

    [Fact]
    public void Without_a_seed_it_is_drawn_from_seed_0()
    {
        using var plain = new RecordGpt(Size);
        using var seeded = new RecordGpt(Size, seed: 0);

        Assert.Equal(seeded.Tok.weight.data<float>().ToArray(), plain.Tok.weight.data<float>().ToArray());
    }

    [Fact]
    public void Changed_and_new_records_reach_blocks_with_their_bases()
    {
        using var model = new Towers(new TowersSize(32, Inputs: 5, Inner: 128, Rho: 0.5));
        var sizes = model.Tensors.ToDictionary(static t => t.Name);

        Assert.Equal((256L, 64L, 0.5), Of("Whole.Up.weight"));
        Assert.Equal((128L, 32L, 0.25), Of("Half.Up.weight"));
        Assert.Equal((128L, 32L, 1.0), Of("Small.Up.weight"));
        Assert.Equal(1 / Math.Sqrt(256), sizes["Whole.Down.weight"].Gain, 12);
        Assert.Equal(1, sizes["Half.Down.weight"].Gain);
        Assert.All(["Whole.Up.weight", "Half.Up.weight", "Small.Up.weight"], name => Assert.Equal(Role.Hidden, sizes[name].Role));

        (long, long, double) Of(string name) => (sizes[name].Axes[0].Value, sizes[name].Axes[0].Base, sizes[name].Density.Value);
    }

    [Fact]
    public void Its_guards_name_the_sizes_as_written()
    {
        var density = Assert.Throws<SizeException>(() => new RecordGpt(Size with { Attn = Half() * 3 }));
        var heads = Assert.Throws<SizeException>(() => new RecordGpt(Size with { Width = 60 }));

        Assert.Contains("s.Attn of RecordAttention is 1.5", density.Message, StringComparison.Ordinal);
        Assert.Contains("of RecordAttention is 60, not a multiple of s.HeadDim (16)", heads.Message, StringComparison.Ordinal);

        static double Half() => 0.5;
    }
}
