using Microsoft.CodeAnalysis;

namespace SuParDsl.Generators.Tests;

/// <summary>A class states what keeps it from running with a key-value cache, and nothing if nothing does.</summary>
public sealed class PositionMixingTests
{
    private const string Attend = "Attention(x.Heads(8), x.Heads(8), x.Heads(8), {0}).Merge() | Up";

    [Theory]
    [InlineData("x | Up | Relu | Softmax")]
    [InlineData("Cat(x | Up, x) | Wide")]
    [InlineData("Cat(x | Up, x, axis: -1) | Wide")]
    [InlineData("x * Gain + Shift")]
    [InlineData("Halved(x | Up)")]
    [InlineData("Applied(x, Square)")]
    [InlineData("x | Known")]
    [InlineData("x | Norm | Marked")]
    public void Each_position_by_itself_needs_nothing(string flow) =>
        Assert.DoesNotContain("MixesPositions", Emitted(flow), StringComparison.Ordinal);

    [Theory]
    [InlineData("causal: true", null)]
    [InlineData("true", null)]
    [InlineData("causal: true, window: width / 8", null)]
    [InlineData("causal: true, mask: Square", "\"its attention has the argument mask\"")]
    [InlineData("causal: true, keyMask: x", "\"its attention has the argument keyMask\"")]
    [InlineData("causal: false", "\"its attention is not causal\"")]
    [InlineData("causal: own", "(own) ? null : \"its attention is not causal\"")]
    [InlineData("causal: own && width > 8", "(own && width > 8) ? null : \"its attention is not causal\"")]
    public void Attention_must_be_causal(string causal, string? expected)
    {
        var text = Emitted(string.Format(System.Globalization.CultureInfo.InvariantCulture, Attend, causal));
        Assert.Contains("cache: KeyValues", text, StringComparison.Ordinal);
        if (expected is null)
        {
            Assert.DoesNotContain("MixesPositions", text, StringComparison.Ordinal);
        }
        else
        {
            AssertStated(expected, text);
        }
    }

    [Theory]
    [InlineData("(x | Up).Pool() | Up", "Pool takes the mean over positions")]
    [InlineData("Cat(x | Up, x, axis: -2)", "Cat joins along an axis that may be positions")]
    [InlineData("(x | Up) + Square", "the weight 'Square' has an axis that may be positions")]
    [InlineData("Summed(x | Up)", "'Summed' may combine positions, because it is not marked PerPosition")]
    [InlineData("x | Unknown", "'Unknown' may combine positions, because it is not marked PerPosition")]
    [InlineData("x | Norm | Plain", "'Plain' may combine positions, because it is not marked PerPosition")]
    public void What_may_combine_positions_is_named(string flow, string expected) =>
        AssertStated($"\"{expected}\"", Emitted(flow));

    [Fact]
    public void Layers_for_images_are_named()
    {
        var run = Harness.Generate("""
            namespace App;

            [Block]
            public partial class M([MuWidth] int width)
            {
                public Conv2d Stem { get; } = new(width, width, kernel: 3, padding: 1);

                [Flow] Tensor Flow(Tensor x) => x | Stem;
            }
            """);
        Assert.Empty(run.CSharp);
        AssertStated("\"the Conv2d 'Stem' is for images\"", run.Text("App.M.g.cs"));
    }

    [Fact]
    public void A_forward_by_hand_is_taken_to_combine_positions_unless_the_class_answers()
    {
        AssertStated("\"its forward is written by hand\"", ByHand(string.Empty));
        Assert.DoesNotContain(
            "MixesPositions", ByHand("protected override string? MixesPositions => null;"), StringComparison.Ordinal);

        static string ByHand(string member)
        {
            var run = Harness.Generate($$"""
                namespace App;

                [Block]
                public partial class M([MuWidth] int width)
                {
                    public Linear Up { get; } = new(width, width);
                    {{member}}
                    public override Tensor forward(Tensor x) => Up.call(x);
                }
                """);
            Assert.Empty(run.CSharp);
            return run.Text("App.M.g.cs");
        }
    }

    [Fact]
    public void A_member_or_local_named_like_the_cache_does_not_hide_it()
    {
        var run = Harness.Generate("""
            namespace App;

            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);

                [Flow] Tensor Flow(Tensor x)
                {
                    var KeyValues = (x | Up).Heads(8);
                    return Attention(KeyValues, KeyValues, KeyValues, causal: true).Merge();
                }
            }
            """);
        Assert.Empty(run.CSharp);
        Assert.Contains("cache: base.KeyValues", run.Text("App.M.g.cs"), StringComparison.Ordinal);
    }

    private static void AssertStated(string expected, string text) => Assert.Contains(
        Harness.Dense($"protected override string? MixesPositions => {expected};"), Harness.Dense(text),
        StringComparison.Ordinal);

    private static string Emitted(string flow)
    {
        var run = Harness.Generate($$"""
            #pragma warning disable SUP120, SUP308, SUP326, CS9113 // Not every flow uses all of the class.
            using static TorchSharp.torch;

            namespace App;

            [Contract("... width -> ... width")]
            public sealed class Free(int width) : nn.Module<Tensor, Tensor>("free")
            {
                public override Tensor forward(Tensor x) => x * width;
            }

            [Contract("... width -> ... width", PerPosition = true)]
            public sealed class Bound(int width) : nn.Module<Tensor, Tensor>("bound")
            {
                public override Tensor forward(Tensor x) => x * width;
            }

            public sealed class Other(int width) : nn.Module<Tensor, Tensor>("other")
            {
                public override Tensor forward(Tensor x) => x * width;
            }

            [Block]
            public partial class M([MuWidth] int width, bool own = true)
            {
                public Linear  Up      { get; } = new(width, width);
                public Linear  Wide    { get; } = new(2 * width, width);
                public RmsNorm Norm    { get; } = new(width);
                public Weight  Gain    { get; } = new(width, Init.Ones);
                public Weight  Shift   { get; } = new(width);
                [Fan(In = 1, Out = 0)]
                public Weight  Square  { get; } = new(width, width);
                public Free    Unknown { get; } = new(width);
                public Bound   Known   { get; } = new(width);

                [Foreign(nameof(width), nameof(width), Role = Role.Hidden)]
                public Other Plain { get; } = new(width);

                [Foreign(nameof(width), nameof(width), Role = Role.Hidden, PerPosition = true)]
                public Other Marked { get; } = new(width);

                [Flow] Tensor Flow(Tensor x) => {{flow}};

                [Op("B T d -> B T d")] static Tensor Summed(Tensor x) => x.cumsum(1);

                [Op("... d -> ... d", PerPosition = true)] static Tensor Halved(Tensor x) => x.pow(2);

                [Op("... d, d d -> ... d", PerPosition = true)] static Tensor Applied(Tensor x, Tensor w) => x.matmul(w);
            }
            """);
        Assert.Empty(run.CSharp);
        Assert.Empty(run.Ours.Where(static found => found.Severity == DiagnosticSeverity.Error));
        return run.Text("App.M.g.cs");
    }
}
