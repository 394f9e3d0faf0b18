using System.Globalization;

namespace SuParDsl.Generators.Tests;

/// <summary>An operation is recognized under every name that C# has for it, and only if C# binds the name to it.</summary>
public sealed class FlowOpNameTests
{
    [Theory]
    [InlineData("x | Up | FlowOps.Relu | SuParDsl.FlowOps.Gelu | global::SuParDsl.FlowOps.Silu | W.Tanh",
        "tanh(", "relu(", "gelu(", "silu(")]
    [InlineData("FlowOps.Cat(x, x) | Wide | W.Softmax", "cat([x, x], -1)", "softmax(")]
    [InlineData(
        "SuParDsl.FlowOps.Attention(x.Heads(8), x.Heads(8), x.Heads(8), causal: true).Merge() | Up", "Functional.Attention(")]
    [InlineData("x + W.Positions(x)", "Functional.Positions(x, KeyValues)")]
    public void Operations_may_be_qualified(string flow, params string[] expected)
    {
        var run = Harness.Generate(Source("using W = SuParDsl.FlowOps;", flow, string.Empty));
        Assert.Empty(run.CSharp);
        Assert.All(run.Ours, static d => Assert.Equal("SUP120", d.Id));
        Assert.All(expected, text => Assert.Contains(text, run.Text("App.M.g.cs"), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(
        "FlowOps.Merge(x) | Up",
        "'FlowOps.Merge(x)' is not part of the flow language: 'Merge' must be called on a tensor (write: x.Merge(…))")]
    [InlineData(
        "SuParDsl.FlowOps.Heads(x, 8) | Up",
        "'SuParDsl.FlowOps.Heads(x, 8)' is not part of the flow language: 'Heads' must be called on a tensor "
        + "(write: x.Heads(…))")]
    public void Operations_on_a_tensor_stay_there(string flow, string message) =>
        Refused(Source(string.Empty, flow, string.Empty), message);

    /// <summary>C# binds the name to the class's own member, so the flow does, too.</summary>
    [Theory]
    [InlineData(
        "[Op(\"B T d -> B T d\")] static Tensor Positions(Tensor x) => x + 1;", "(x | Up) + Positions(x)", "Positions(x)")]
    [InlineData("[Op(\"... d, ... d -> ... d\")] static Tensor Cat(Tensor x, Tensor y) => x + y;", "Cat(x, x) | Up", "Cat(x, x)")]
    [InlineData(
        "private string Attention => string.Empty;", "Attention(x.Heads(8), x.Heads(8), x.Heads(8), causal: true).Merge() | Up",
        "Functional.Attention(")]
    public void A_member_of_the_class_comes_before_an_operation(string member, string flow, string expected)
    {
        string[] sources = [Source(string.Empty, flow, member), Source(string.Empty, flow, string.Empty, around: member)];
        foreach (var source in sources)
        {
            var run = Harness.Generate(source);
            Assert.Empty(run.CSharp);
            Assert.All(run.Ours, static d => Assert.Equal("SUP120", d.Id));
            var text = run.Files.Single().SourceText.ToString();
            Assert.Contains(expected, text, StringComparison.Ordinal);
            var word = "Functional." + expected.Split('.')[^1].Split('(')[0];
            Assert.Equal(expected.StartsWith(word, StringComparison.Ordinal), text.Contains(word, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_member_that_hides_an_activation_is_named() => Refused(
        Source(string.Empty, "x | Up | Relu", string.Empty, around: "public static int Relu => 3;"),
        "'Relu' is not part of the flow language: a member with that name hides the flow operation (write: FlowOps.Relu)");

    [Fact]
    public void An_extension_method_with_the_name_of_an_operation_is_reported() => Refused(
        Source(string.Empty, "x.Pool() | Up", string.Empty)
            + "namespace App { public static class E { [Op(\"B T C -> B C\")] public static Tensor Pool(this Tensor x) => "
            + "x.amax([1]); } }",
        "'x.Pool()' is not part of the flow language: 'E.Pool' has the name of the flow operation '.Pool' "
        + "(rename the extension method)");

    /// <summary>C# itself reports a type that it does not know, also if two namespaces have the name.</summary>
    [Theory]
    [InlineData("using TorchSharp.Modules;", "CS0104")]
    [InlineData("using Linear = Nowhere.Linear;", "CS0246")]
    public void A_type_that_is_not_known_is_left_to_csharp(string @using, string id)
    {
        var run = Harness.Generate(Source(@using, "x | Up | Wide", string.Empty));
        Assert.Empty(run.Ours);
        Assert.Equal(id, string.Join(" ", run.CSharp.Select(static d => d.Id).Distinct()));
        Assert.True(run.IsStub("App.M.g.cs"));
    }

    /// <summary>
    /// Tests the form that docs/language/shapes-and-roles.md recommends beside a namespace with names of the language.
    /// </summary>
    [Theory]
    [InlineData("using TorchSharp.Modules; using Linear = SuParDsl.Linear;")]
    [InlineData("using static TorchSharp.torch; using static TorchSharp.torch.nn; using Storage = SuParDsl.Storage;")]
    public void An_alias_settles_an_ambiguous_name(string usings)
    {
        const string Sparse = "[Sparse(0.5, Storage = Storage.Masked)] public Linear Mid { get; } = new(width, width);";
        var run = Harness.Generate(Source(usings, "x | Up | Mid", Sparse));
        Assert.Empty(run.CSharp);
        Assert.All(run.Ours, static d => Assert.Equal("SUP120", d.Id));
    }

    [Fact]
    public void Extension_members_are_called_by_their_full_names()
    {
        var run = Harness.Generate("""
            namespace Util
            {
                public static class E
                {
                    extension(int x)
                    {
                        public int Half() => x / 2;
                        public int Third => x / 3;
                    }

                    public static int Times<T>(this int x, int y = 2) => x * y;
                    public static double Root(this double x) => Math.Sqrt(x);
                }
            }

            namespace App
            {
                using Util;

                [Block]
                public partial class M([MuWidth] int width, double gain)
                {
                    public Linear Up { get; } = new(width, width.Half());
                    public Linear Down { get; } = new(width.Half(), width.Third + 1);
                    public Linear Out { get; } = new(
                        width.Third + 1, (width + 3).Times<int>(y: 4).Times<string>() + width.Half());

                    [Flow] Tensor Flow(Tensor x) => gain.Root() * (x | Up | Down | Out);
                }
            }
            """);
        Assert.Empty(run.CSharp);
        Assert.Empty(run.Ours);
        Assert.Contains(",global::Util.E.Root(gain))", Harness.Dense(run.Text("App.M.g.cs")), StringComparison.Ordinal);
    }

    [Fact]
    public void Aliases_are_written_out()
    {
        var run = Harness.Generate("""
            using List = System.Collections.Generic.List<int>;
            using Number = int;
            using Root = System;

            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, new List { 4, 5 }.Count + (Number)width + Root::Math.Abs(3) + width % 3);

                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """);
        Assert.Empty(run.CSharp);
        Assert.Empty(run.Ours);
    }

    private static void Refused(string source, string message)
    {
        var run = Harness.Generate(source);
        var found = Assert.Single(run.Ours);
        Assert.Equal(message, found.GetMessage(CultureInfo.InvariantCulture));
        Assert.Equal([found.ToString()], Harness.Analyze(Harness.Compile(source)).Select(static d => d.ToString()));
    }

    private static string Source(string usings, string flow, string member, string around = "")
    {
        var outer = around.Length == 0 ? string.Empty
            : "public partial class Outer { " + around.Replace("private", "protected static", StringComparison.Ordinal);
        return $$"""
            {{usings}}
            #pragma warning disable SUP120
            namespace App
            {
                {{outer}}
                [Block]
                public partial class M([MuWidth] int width)
                {
                    public Linear Up { get; } = new(width, width);
                    public Linear Wide { get; } = new(2 * width, width);
                    {{member}}
                    [Flow] Tensor Flow(Tensor x) => {{flow}};
                }
                {{(around.Length > 0 ? "}" : string.Empty)}}
            }

            """;
    }
}
