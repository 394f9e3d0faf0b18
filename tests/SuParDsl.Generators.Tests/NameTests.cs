using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SuParDsl.Generators.Tests;

/// <summary>
/// Uses every name that a class inherits from its emitted base class as a name of the user's. Either it works, or SUP019
/// reports it. Emitted code never has an error.
/// </summary>
public sealed class NameTests
{
    private static readonly string[] Names = [.. Inherited("SuParDsl.Model").Concat(Inherited("SuParDsl.Layer"))
        .Concat(["Size", "Base", "size", "seed", "at", "block", "scope", "value", "field", "extension", "_", "__"])
        .Distinct().Order(StringComparer.Ordinal)];

    // Each replaces NAME as a member or parameter, in a separate model or block.
    public static TheoryData<string, string, bool> Places => new()
    {
        { "int NAME = 8", "", true },
        { "string NAME = \"a\"", "", true },
        { "double NAME = 0.5", "", true },
        { "bool NAME = false", "", true },
        { "[Density] double NAME = 0.5", "[Sparse(nameof(NAME))] public Linear Mid { get; } = new(width, width);", true },
        { "[Multiplier] double NAME = 0.5", "", true },
        { "[InitStd] double NAME = 0.5", "", true },
        { "Rule NAME = Rule.SuPar", "", true },
        { "", "public Linear NAME { get; } = new(width, width);", true },
        { "", "public new Linear NAME { get; } = new(width, width);", true },
        { "", "public partial Linear NAME { get; } = new(width, width);", true },
        { "", "public new string NAME => \"\";", false },
        { "", "public new const int NAME = 3;", false },
        { "", "private int NAME(int a, string b) => a;", false },
        { "", "private new class NAME;", false },
        { "", "private new event Action NAME = null!;", false },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public void An_inherited_name_works_or_is_named(string parameter, string member, bool isRefused)
    {
        var run = Harness.Generate(string.Concat(Names.Select((name, i) => Declarations(name, i, parameter, member))));
        Assert.Empty(InEmitted(run));
        Assert.All(run.Ours.Where(static d => d.Id != "SUP120"), static d => Assert.Equal("SUP019", d.Id));

        // If the name is refused, there is one message for the model and one for the block, at the name.
        var refused = run.Ours.Where(static d => d.Id == "SUP019").ToList();
        Assert.Equal(refused.Count, refused.Select(static d => d.Location.SourceSpan).Distinct().Count());
        var ofModels =
            refused.Where(static d => d.GetMessage(CultureInfo.InvariantCulture).Contains("' of 'M", StringComparison.Ordinal))
                .Select(static d => Harness.TextAt(d).TrimStart('@'));
        Assert.Equal(isRefused, Inherited("SuParDsl.Model").All(ofModels.Contains));
    }

    [Fact]
    public void Every_arity_of_layers_has_the_same_names()
    {
        // A layer with one input has an intermediate base class, whose members are not for others.
        var one = Inherited("SuParDsl.Layer`2");
        foreach (var arity in new[] { 3, 4, 5 })
        {
            Assert.Equal(one, Inherited($"SuParDsl.Layer`{arity}"));
        }

        Assert.Empty(one.Except(Inherited("SuParDsl.Layer")));
        Assert.Contains("training", one);
        Assert.Contains("name", one);
        Assert.Contains("ResidualScale", one);
    }

    /// <summary>A flow may use any names for its input and locals.</summary>
    [Theory]
    [InlineData("ResidualScale", "AttentionScale")]
    [InlineData("training", "name")]
    [InlineData("forward", "call")]
    [InlineData("scope", "register_module")]
    public void Names_of_a_flow_may_be_inherited_ones(string input, string local)
    {
        var run = Harness.Generate($$"""
            [Block]
            public partial class M([MuWidth] int width, int headDim)
            {
                public Linear Qkv { get; } = new(width, 3 * width);
                public Linear Proj { get; } = new(width, width);

                [Flow] Tensor Flow(Tensor {{input}})
                {
                    var (q, k, v) = ({{input}} | Qkv).Split(3);
                    var {{local}} = Attention(q.Heads(headDim), k.Heads(headDim), v.Heads(headDim), causal: true);
                    return {{input}} + ({{local}}.Merge() | Proj);
                }
            }
            """);
        Assert.Empty(run.CSharp);
        Assert.Empty(run.Ours);
    }

    /// <summary>Emitted code calls the base class, even if the class itself has a member of the same name.</summary>
    [Fact]
    public void Members_that_hide_the_base_class_are_not_called()
    {
        var run = Harness.Generate("""
            #pragma warning disable IDE0051
            [Model]
            public partial class M([MuWidth(64)] int width, int headDim = 16)
            {
                public Linear Qkv { get; } = new(width, 3 * width);
                public Linear Proj { get; } = new(width, width);

                private new const double ResidualScale = 3;
                private void register_module(string name, object layer) { }
                private void Initialize(long seed, int other = 0) { }
                private double AttentionScale(int headSize) => headSize;

                [Flow] Tensor Flow(Tensor x)
                {
                    var (q, k, v) = (x | Qkv).Split(3);
                    return x + (Attention(q.Heads(headDim), k.Heads(headDim), v.Heads(headDim), causal: true).Merge() | Proj);
                }
            }
            """);
        Assert.Empty(run.CSharp);
        Assert.Empty(run.Ours);
        var text = run.Text("M.g.cs");
        Assert.Contains("base.register_module(\"Qkv\", Qkv);", text, StringComparison.Ordinal);
        Assert.Contains("base.Initialize(seed);", text, StringComparison.Ordinal);
        Assert.Contains(", base.ResidualScale)", text, StringComparison.Ordinal);
        Assert.Contains("scale: base.AttentionScale(headDim)", text, StringComparison.Ordinal);
    }

    /// <summary>The parameters of an emitted <c>Declare</c> hide neither a layer nor another parameter.</summary>
    [Fact]
    public void A_record_s_sizes_hide_no_layer_and_no_parameter()
    {
        var run = Harness.Generate("""
            public sealed record Sizes([MuWidth(64)] int Width, int Up, int Gain = 3);

            [Block]
            public partial class M(Sizes s, double gain)
            {
                [Init(Gain = nameof(gain))] public Linear up { get; } = new(s.Width, s.Up * s.Gain);

                [Flow] Tensor Flow(Tensor x) => x | up;
            }
            """);
        Assert.Empty(run.CSharp);
        Assert.Empty(run.Ours);
        Assert.Contains(
            "up.Declare(scope.Child(\"up\"), width, upSize * gainSize, options: new() { Gain = gain });", run.Text("M.g.cs"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_member_may_keep_the_parameter_of_its_name()
    {
        var run = Harness.Generate("""
            [Model]
            public partial class M([MuWidth(64)] int width, int inner = 4)
            {
                private readonly int width = width;

                public int inner { get; } = inner;
                public int Width => width;
                public Linear Up { get; } = new(width, inner * width);

                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """);
        Assert.Empty(run.CSharp);
        Assert.Empty(run.Ours);
    }

    private static string Declarations(string name, int index, string parameter, string member)
    {
        var taken = parameter.Length > 0
            ? ", " + parameter.Replace("NAME", Escaped(name), StringComparison.Ordinal)
            : string.Empty;
        var body = member.Replace("NAME", Escaped(name), StringComparison.Ordinal);
        return $$"""
            #pragma warning disable CS0067, CS0108, CS0109, CS9113, CS8981
            [Model]
            public partial class M{{index}}([MuWidth(64)] int width{{taken}})
            {
                public Linear Up { get; } = new(width, width);
                {{body}}
                [Flow] Tensor Flow(Tensor x) => x + (x | Up);
            }

            [Block]
            public partial class B{{index}}([MuWidth] int width{{taken.Replace("[Multiplier] ", "", StringComparison.Ordinal)
                .Replace("[InitStd] ", "", StringComparison.Ordinal)}})
            {
                public Linear Up { get; } = new(width, width);
                {{body}}
                [Flow] Tensor Flow(Tensor x) => x + (x | Up);
            }

            """;
    }

    private static string Escaped(string name) => SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None
        || SyntaxFacts.GetContextualKeywordKind(name) != SyntaxKind.None ? "@" + name : name;

    private static IEnumerable<Diagnostic> InEmitted(Run run) => run.Output.GetDiagnostics().Where(static d =>
        d.Severity == DiagnosticSeverity.Error
        && d.Location.SourceTree?.FilePath.EndsWith(".g.cs", StringComparison.Ordinal) == true);

    private static string[] Inherited(string type)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        var compilation = Harness.Compile();
        for (var at = compilation.GetTypeByMetadataName(type); at is not null; at = at.BaseType)
        {
            names.UnionWith(at.GetMembers()
                .Where(static m => m.CanBeReferencedByName
                    && m.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected
                        or Accessibility.ProtectedOrInternal)
                .Select(static m => m.Name));
        }

        return [.. names];
    }
}
