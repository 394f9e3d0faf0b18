using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SuParDsl.Generators.Tests;

/// <summary>Emitted code compiles without a warning, wherever a declaration is and whatever is beside it.</summary>
public sealed class EmittedCodeTests
{
    private const string Block = """
        [Block]
        public partial class B([MuWidth] int width)
        {
            public Linear Up { get; } = new(width, width);

            [Flow] Tensor Flow(Tensor x) => x | Up | Relu;
        }
        """;

    [Theory]
    [InlineData(NullableContextOptions.Enable)]
    [InlineData(NullableContextOptions.Disable)]
    public void It_compiles_with_nullable_on_and_off(NullableContextOptions nullable)
    {
        var features = Harness.Declaration("Features").Replace("string? title", "string title", StringComparison.Ordinal);
        var run =
            Harness.Generate(Harness.Compile(nullable, Harness.Declaration("Transformer"),
                nullable == NullableContextOptions.Disable ? features : Harness.NanoGpt));
        Assert.Empty(run.CSharp);
    }

    // Roslyn 5.0, with which these tests compile, warns of such arguments in an extension block.
    [Fact]
    public void A_split_into_more_than_two_sizes_compiles_without_a_warning()
    {
        var run = Harness.Generate("""
            namespace App;

            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, 4 * width);
                [Flow] Tensor Flow(Tensor x)
                {
                    var (a, b, c) = (x | Up).Split(width, width, 2 * width);
                    return Cat(a, b, c);
                }
            }
            """);
        Assert.Empty(run.CSharp);
    }

    [Fact]
    public void Names_of_the_users_may_shadow_ours()
    {
        var run = Harness.Generate("""
            #pragma warning disable SUP122
            namespace App
            {
                using Tensor = global::TorchSharp.torch.Tensor;

                public class System;
                public class TorchSharp;
                public class Functional;
                public class Extent;
                public class Guard;
                public class ParameterScope;

                [Model]
                public partial class M([MuWidth(64)] int width, [Density] double at = 1, int block = 3, int scope = 5)
                {
                    public Linear up { get; } = new(width, width);
                    public Linear Up { get; } = new(width, width);
                    [Sparse(nameof(at))] public Linear UP { get; } = new(width, width * block / block * scope / scope);
                    public global::SuParDsl.Repeat<N> Blocks { get; } = new(block, () => new(width));

                    [Flow] Tensor Flow(Tensor parts) => parts | up | Up | UP | Blocks;
                }

                [Block]
                public partial class N([MuWidth] int @class)
                {
                    public Linear @new { get; } = new(@class, @class);
                    public Linear New { get; } = new(@class, @class);

                    [Flow] Tensor Flow(Tensor @in) => @in | @new | New | @new;
                }
            }
            """.Replace("new(block,", "new(3,", StringComparison.Ordinal));
        Assert.Empty(run.CSharp);
        Assert.Empty(run.Ours.Where(static d => !d.IsSuppressed));
    }

    [Fact]
    public void Nested_and_generic_containers_work()
    {
        var run = Harness.Generate($$"""
            namespace App.@event
            {
                public partial class Outer<T> where T : class
                {
                    public partial struct Inner
                    {
                        {{Block}}
                    }

                    public partial interface IFace<TIn>
                    {
                        {{Block}}
                    }
                }

                public partial record class Rec
                {
                    {{Block}}
                }

                {{Block.Replace("class B", "class @record", StringComparison.Ordinal)}}
            }

            namespace Other
            {
                {{Block}}
            }

            {{Block}}
            """);
        Assert.Empty(run.CSharp);
        Assert.Empty(run.Ours);
        Assert.Equal(
            ["App.event.Outer`1+IFace`1+B.g.cs", "App.event.Outer`1+Inner+B.g.cs", "App.event.Rec+B.g.cs",
                "App.event.record.g.cs", "B.g.cs", "Other.B.g.cs"],
            run.Files.Select(static file => file.HintName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Names_that_differ_in_case_only_have_their_own_files()
    {
        var run = Harness.Generate(Block, Block.Replace("class B", "class b", StringComparison.Ordinal));
        Assert.Equal(["B.0.g.cs", "b.1.g.cs"], run.Files.Select(static file => file.HintName).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(run.CSharp, static d => d.Id != "CS8981");
    }

    [Fact]
    public void The_parts_of_a_class_may_be_in_several_files()
    {
        var run = Harness.Generate(
            Block.Replace("[Flow] Tensor Flow(Tensor x) => x | Up | Relu;", "", StringComparison.Ordinal),
            "public partial class B { public RmsNorm Norm { get; } = new(width); }",
            "public partial class B { [Flow] Tensor Flow(Tensor x) => x | Norm | Up; }");
        Assert.Empty(run.CSharp);
        Assert.Empty(run.Ours);
    }

    [Fact]
    public void Expressions_are_copied_with_the_names_that_the_file_gave_them()
    {
        var run = Harness.Generate("""
            using static App.Sizes;
            using M = System.Math;

            namespace App
            {
                public static class Sizes
                {
                    public const int Group = 8;
                    public static int Round(int size) => size / Group * Group;
                }

                [Block]
                public partial class B([MuWidth] int width, double rate)
                {
                    private const int Half = 2;

                    public Linear Up { get; } = new(width, Round(width) + Group);
                    public Linear Down { get; } = new(Round(width) + Group, Half * width);

                    [Flow] Tensor Flow(Tensor x) => M.Sqrt(rate) * (x | Up | Down);
                }
            }
            """);
        Assert.Empty(run.CSharp);
        Assert.Empty(run.Ours);
        var text = run.Text("App.B.g.cs");
        Assert.Contains(
            "]),global::System.Math.Sqrt(rate)).MoveToOuterDisposeScope();", Harness.Dense(text), StringComparison.Ordinal);
        Assert.Contains(
            "global::App.Sizes.Round(((int)width.Value)) + global::App.Sizes.Group,\n", text, StringComparison.Ordinal);
        Assert.Contains("Down.Declare(\n", text, StringComparison.Ordinal);
        Assert.Contains(" 2 * width);", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_block_of_another_assembly_is_known_by_its_constructor()
    {
        var library = Harness.Generate(Harness.Declaration("Transformer")).Output;
        var user = Harness.Compile("""
            using Examples;

            [Model]
            public partial class Deep([MuWidth(64)] int width, [MuDepth(2)] int layers, [Density] double rho = 1)
            {
                public Repeat<Block> Blocks { get; } = new(layers, () => new(width, 16, rho, mlp: 0.5));

                [Flow] Tensor Flow(Tensor x) => x | Blocks;
            }
            """).AddReferences(library.ToMetadataReference());
        var run = Harness.Generate(user);
        Assert.Empty(run.CSharp);
        Assert.Empty(run.Ours);
        Assert.Contains("block.Declare(scope, width, 16, rho, 0.5d)", run.Text("Deep.g.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void Experts_declare_their_router_and_each_expert()
    {
        var run = Harness.Generate("""
            [Model]
            public partial class M([MuWidth(64)] int width, int experts = 8, [Density] double density = 1)
            {
                public Linear     In  { get; } = new(3, width);
                [Sparse(nameof(density))]
                public Experts<B> Moe { get; } = new(experts, 2, width, () => new(width), balance: 0.1);
                public Linear     Out { get; } = new(width, 3);

                [Flow] Tensor Flow(Tensor x) => x | In | Moe | Out;
            }
            """, Block);
        Assert.Empty(run.CSharp);
        Assert.Empty(run.Ours);
        var text = run.Text("M.g.cs");
        Assert.Contains(
            "Moe.Declare(scope.Child(\"Moe\").Sparse(density),experts,width,(block,scope)=>block.Declare(scope,width));",
            Harness.Dense(text), StringComparison.Ordinal);
        Assert.Matches(@"Moe\.router\.weight +output +experts × width +8 × 64 +1 +σ +1 +1/\(width/64\)", text);
        Assert.Matches(@"Moe\.\*\.Up\.weight +hidden +width × width +64 × 64 +density", text);
    }

    [Fact]
    public void A_hand_written_forward_is_kept()
    {
        var run =
            Harness.Generate(Block.Replace("[Flow] Tensor Flow(Tensor x) => x | Up | Relu;",
                "public override Tensor forward(Tensor x) => Up.call(x) * ResidualScale;", StringComparison.Ordinal));
        Assert.Empty(run.CSharp);
        Assert.Empty(run.Ours);
        Assert.DoesNotContain("forward(", run.Text("B.g.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_users_half_does_not_count_as_generated()
    {
        var run = Harness.Generate(Harness.NanoGpt);
        foreach (var type in run.Files.SelectMany(static file =>
            file.SyntaxTree.GetRoot().DescendantNodes().OfType<ClassDeclarationSyntax>()))
        {
            Assert.Empty(type.AttributeLists);
            Assert.All(type.Members, static member =>
                Assert.Contains("GeneratedCode(\"SuParDsl.Generators\"", member.AttributeLists.ToString(),
                    StringComparison.Ordinal));
        }
    }

    /// <summary>
    /// Linear layers that may be sparse form one chain. An input or a readout, a dense layer, or another operation between
    /// them ends it.
    /// </summary>
    [Theory]
    [InlineData("x | A | Relu | B", "Functional.Chain(x, [A, B], [global::SuParDsl.Nonlinearity.Relu])")]
    [InlineData(
        "x | A | B | Silu | A",
        "Functional.Chain(x, [A, B, A], [global::SuParDsl.Nonlinearity.None, global::SuParDsl.Nonlinearity.Silu])")]
    [InlineData("x | A | Tanh | B", "B.call(a)")]
    [InlineData("x | A | Relu | Relu | B", "B.call(a)")]
    [InlineData("x | A | Norm | B", "B.call(norm)")]
    [InlineData("x | A | Never", "Never.call(a)")]
    [InlineData("x | A | Unsaid", "Unsaid.call(a)")]
    [InlineData("x | A | Gelu | Read", "Read.call(a)")]
    public void Sparse_layers_are_chained(string flow, string expected)
    {
        var run = Harness.Generate($$"""
            #pragma warning disable SUP120
            [Model]
            public partial class M([MuWidth(64)] int width, [Density] double rho = 1)
            {
                [Sparse(nameof(rho))] public Linear A { get; } = new(width, width);
                [Sparse(nameof(rho))] public Linear B { get; } = new(width, width);
                [Dense] public Linear Never { get; } = new(width, width);
                public Linear Unsaid { get; } = new(width, width);
                public Linear Read { get; } = new(width, 10);
                public RmsNorm Norm { get; } = new(width);

                [Flow] Tensor Flow(Tensor x) => {{flow}};
            }
            """);
        Assert.Empty(run.CSharp);
        Assert.Contains(
            Harness.Dense(expected + ".MoveToOuterDisposeScope();"), Harness.Dense(run.Text("M.g.cs")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x + (x | Up) + (x | Up)", "Add(Add(x, Up.call(x), ResidualScale), Up.call(x), ResidualScale)")]
    [InlineData("(x | Up) + x", "Add(x, Up.call(x), ResidualScale)")]
    [InlineData("(x + (x | Up)) * 2", "Multiply(Add(x, Up.call(x)), 2)")]
    [InlineData("(x | Up) + (x | Up) * (x | Up)", "Add(Up.call(x), Up.call(x) * Up.call(x))")]
    [InlineData("x + x", "Add(x, x)")]
    [InlineData("x", "x.alias()")]
    [InlineData("x - (x - (x | Up))", "(x - (x - Up.call(x)))")]
    [InlineData("-(x | Up) / 3", "Divide(-Up.call(x), 3)")]
    [InlineData("2 * 3 * (x | Up)", "Multiply(Up.call(x), 2 * 3)")]
    [InlineData("x * 2 * (x | Up)", "(Multiply(x, 2) * Up.call(x))")]
    [InlineData("(x - (x | Up)) * (x | Up)", "((x - Up.call(x)) * Up.call(x))")]
    [InlineData("x - ((x | Up) + x)", "(x - Add(Up.call(x), x))")]
    [InlineData("(x | Up) - -x", "(Up.call(x) - (-x))")]
    [InlineData("x * 0.5f", "Multiply(x, 0.5f)")]
    [InlineData("x + 1", "AddNumber(x, 1)")]
    [InlineData("0.5 + (x | Up)", "AddNumber(Up.call(x), 0.5)")]
    [InlineData("1 - (x - 2) * x", "SubtractFrom(SubtractNumber(x, 2) * x, 1)")]
    [InlineData("(x | Up) / x", "Quotient(Up.call(x), x)")]
    [InlineData("2 / (x + x)", "DivideNumber(Add(x, x), 2)")]
    [InlineData("x + ((x | Up) + 1)", "Add(x, AddNumber(Up.call(x), 1), ResidualScale)")]
    [InlineData("Maximum(x, x | Up) + Minimum(x, -x)", "Add(Maximum(x, Up.call(x)), Minimum(x, -x))")]
    [InlineData("x.Mean(-2)", "Mean(x, -2)")]
    [InlineData("(x | Up).Sum(-1)", "Sum(Up.call(x), -1)")]
    [InlineData("x.Transpose(-1, -2).Transpose(-2, -1)", "Transpose(Transpose(x, -1, -2), -2, -1)")]
    [InlineData("x | Detach", "Detach(x)")]
    public void Flows_are_lowered(string flow, string expected)
    {
        var run = Harness.Generate(Block.Replace("x | Up | Relu", flow, StringComparison.Ordinal));
        Assert.Empty(run.CSharp);
        var text =
            Harness.Dense(run.Text("B.g.cs")).Replace("global::SuParDsl.Functional.", string.Empty, StringComparison.Ordinal);
        Assert.Contains(Harness.Dense($"return {expected}.MoveToOuterDisposeScope();"), text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.5", "0.5")]
    [InlineData("2", "2")]
    [InlineData("nameof(gain)", "gain")]
    public void A_gain_is_a_number_or_a_parameter(string gain, string expected)
    {
        var run = Harness.Generate($$"""
            [Block]
            public partial class B([MuWidth] int width, double gain)
            {
                public double Gain => gain;

                [Init(Gain = {{gain}})]
                public Linear Up { get; } = new(width, width);

                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """);
        Assert.Empty(run.Ours);
        Assert.Empty(run.CSharp);
        Assert.Contains($"new() {{ Gain = {expected} }}", run.Text("B.g.cs"), StringComparison.Ordinal);
        Assert.Contains($"·{expected}", run.Text("B.g.cs"), StringComparison.Ordinal);
    }

    /// <summary>The table shows for every tensor of a layer what the layer's attributes set, as at run time.</summary>
    [Theory]
    [InlineData("Scaled", 6, "0.25")]
    [InlineData("Zeroed", 5, "zeros")]
    [InlineData("Gained", 5, "·gain", "Linear.bias", "Conv.bias", "Transposed.bias", "Own.bias")]
    public void Attributes_of_a_layer_are_in_the_rows_of_all_its_tensors(
        string model, int cell, string expected, params string[] others)
    {
        // Besides the layers, the file has types that other files declare.
        var run = Harness.Generate(Harness.Tested("Attributed"), Harness.Tested("ContractModel"), Harness.Tested("GatedMix"));
        var text = run.Text($"SuParDsl.Tests.Models.{model}.g.cs");
        var rows = text.Split('\n').SkipWhile(static line => !line.StartsWith("//   tensor", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(static line => line.StartsWith("//", StringComparison.Ordinal))
            .Select(static line => line[2..].Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .ToList();
        Assert.Equal(model == "Gained" ? 11 : 18, rows.Count);
        Assert.All(rows, row => Assert.Equal(!others.Contains(row[0]), row[cell].Contains(expected, StringComparison.Ordinal)));
    }
}
