using System.Globalization;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace SuParDsl.Generators.Tests;

/// <summary>Tests what an editor shows for a class, its forward and its layers.</summary>
public sealed class HoverTests
{
    private const string Source = """
        [Model]
        public partial class M([MuWidth(64)] int width, [Density] double rho = 1)
        {
            public Linear In { get; } = new(3, width, bias: false);
            [Sparse(nameof(rho))] public Linear Up { get; } = new(width, 4 * width);
            public Inner Inside { get; } = new(4 * width);
            public Dropout Drop { get; } = new(0.1);
            public Linear Out { get; } = new(4 * width, 10, bias: false);

            [Flow] Tensor Flow(Tensor x) => x | In | Up | Inside | Drop | Out;
        }

        [Block]
        public partial class Inner([MuWidth] int size)
        {
            public RmsNorm Norm { get; } = new(size);

            [Flow] Tensor Flow(Tensor x) => x | Norm;
        }
        """;

    private static readonly string Partial = Source
        .Replace("public Linear Up", "public partial Linear Up", StringComparison.Ordinal)
        .Replace("public Inner Inside", "internal partial Inner Inside", StringComparison.Ordinal)
        .Replace(
            "public Linear Out", "/// <summary>The readout.</summary>\n    public partial Linear Out", StringComparison.Ordinal);

    private static readonly Dictionary<string, string> Words = new()
    {
        ["In"] = "weight: input, width × 3, init std σ, LR × 1",
        ["Up"] = "weight: hidden, 4·width × width, sparse by rho, init std σ/√((width/64)·rho), LR × 1/((width/64)·rho); "
            + "bias: vector, 4·width, starts as zeros, LR × 1",
        ["Inside"] = "the tensors of Inner",
        ["Drop"] = "no tensors",
        ["Out"] = "weight: output, 10 × 4·width, init std σ, LR × 1, forward × 1/(width/64)",
    };

    [Fact]
    public void The_class_says_what_it_maps_and_what_its_layers_are()
    {
        var remarks = Documentation("M").Element("remarks")!;
        Assert.StartsWith(
            "Maps … 3 → … 10. Scales with width (64 at the base). Sparse by rho.",
            Spaced(remarks.FirstNode!.ToString()),
            StringComparison.Ordinal);
        Assert.Equal(Words, remarks.Descendants("item")
            .ToDictionary(static i => i.Element("term")!.Value, static i => Spaced(i.Element("description")!.Value)));
    }

    [Fact]
    public void Forward_says_what_it_maps() =>
        Assert.Equal("x: … 3 → … 10.", Documentation("M", "forward").Element("summary")!.Value);

    [Fact]
    public void Each_layer_has_a_hidden_fact()
    {
        var facts = Harness.Facts(Harness.Compile(Source));
        Assert.All(facts, static fact => Assert.Equal(("SUP901", DiagnosticSeverity.Hidden), (fact.Id, fact.Severity)));
        Assert.Equal(
            Words.Select(static w => $"'{w.Key}' has {w.Value}").Append("'Norm' has weight: vector, size, starts as ones, LR × 1")
                .Order(StringComparer.Ordinal),
            facts.Select(static fact => fact.GetMessage(CultureInfo.InvariantCulture)).Order(StringComparer.Ordinal));
        var up = facts.Single(
            static fact => fact.GetMessage(CultureInfo.InvariantCulture).StartsWith("'Up'", StringComparison.Ordinal));
        Assert.Equal(
            "Up", up.Location.SourceTree!.ToString().Substring(up.Location.SourceSpan.Start, up.Location.SourceSpan.Length));
    }

    [Theory]
    [InlineData("enable")]
    [InlineData("disable")]
    public void A_partial_layer_says_it_where_the_mouse_rests(string nullable)
    {
        var run = Harness.Generate($"#nullable {nullable}\n" + Partial);
        Assert.Empty(run.CSharp);
        Assert.Empty(run.Ours);
        var members = run.Output.GetTypeByMetadataName("M")!;
        Assert.Equal(Words["Up"], Summary("Up"));
        Assert.Equal(Words["Inside"], Summary("Inside"));
        Assert.Equal("The readout.", Summary("Out"));
        Assert.DoesNotContain(
            members.GetMembers("Up").Single().GetAttributes(),
            static data => data.AttributeClass!.Name == "GeneratedCodeAttribute");

        string Summary(string name) => Spaced(XElement.Parse(
            members.GetMembers(name).Single().GetDocumentationCommentXml(CultureInfo.InvariantCulture)!)
            .Element("summary")!.Value);
    }

    [Fact]
    public void A_wrong_class_with_partial_layers_gets_one_message()
    {
        var run = Harness.Generate(Partial.Replace("new(4 * width, 10", "new(5 * width, 10", StringComparison.Ordinal));
        Assert.Single(run.Ours);
        Assert.Empty(run.CSharp);
    }

    [Fact]
    public void A_partial_layer_that_is_whole_is_left_alone()
    {
        var run = Harness.Generate(Partial, "partial class M { internal partial Inner Inside { get => field; } }");
        Assert.Empty(run.CSharp);
        Assert.Empty(run.Ours);
    }

    [Fact]
    public void A_wrong_class_has_no_facts() =>
        Assert.Empty(Harness.Facts(
            Harness.Compile(Source.Replace("new(4 * width, 10", "new(5 * width, 10", StringComparison.Ordinal))).Where(
            static fact => !fact.GetMessage(CultureInfo.InvariantCulture).StartsWith("'Norm'", StringComparison.Ordinal)));

    /// <summary>The text as it is shown, with spaces instead of line ends.</summary>
    private static string Spaced(string text) =>
        string.Join(" ", text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static XElement Documentation(string type, string? member = null)
    {
        ISymbol symbol = Harness.Generate(Source).Output.GetTypeByMetadataName(type)!;
        symbol = member is null ? symbol : ((INamedTypeSymbol)symbol).GetMembers(member).Single();
        return XElement.Parse(symbol.GetDocumentationCommentXml(CultureInfo.InvariantCulture)!);
    }
}
