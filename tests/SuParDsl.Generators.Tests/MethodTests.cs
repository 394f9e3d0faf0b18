namespace SuParDsl.Generators.Tests;

/// <summary>Tests sparsity methods: what is emitted for them, and which rules are reported as suitable.</summary>
public sealed class MethodTests
{
    [Theory]
    [InlineData("Static", "SuPar MuP Standard SuParInitOnly SuParLrOnly SuParFinal Measured")]
    [InlineData("Set", "SuPar MuP Standard SuParInitOnly SuParLrOnly SuParFinal Measured")]
    [InlineData("RigL", "MuP Standard SuParInitOnly SuParLrOnly Measured")]
    [InlineData("Gmp", "SuPar MuP Standard SuParInitOnly SuParLrOnly")]
    public void A_rule_suits_a_method_or_there_is_a_better_one(string method, string suiting) => Assert.Equal(
        suiting.Split(' '),
        "SuPar MuP Standard SuParInitOnly SuParLrOnly SuParFinal Measured".Split(' ')
            .Where(rule => Found(method, $", Rule rule = Rule.{rule}").Length == 0));

    [Fact]
    public void A_model_without_a_rule_follows_SuPar()
    {
        Assert.Equal(["SUP214"], Found("RigL", ""));
        Assert.Empty(Found("Gmp", ""));
    }

    [Fact]
    public void A_rule_without_a_default_is_not_judged() => Assert.Empty(Found("RigL", ", Rule rule"));

    [Fact]
    public void A_rule_in_a_record_of_sizes_is_judged() => Assert.Equal(["SUP214"], Ids(
        """
        public sealed record Sizes([MuWidth(64)] int Width, [Density] double Rho = 1.0, Rule Rule = Rule.SuParFinal);

        [Model]
        public partial class M(Sizes s)
        {
            [Sparse(nameof(s.Rho), Method = SparsityMethod.RigL)] public Linear Up { get; } = new(s.Width, s.Width);
            [Flow] Tensor Flow(Tensor x) => x | Up;
        }
        """));

    [Fact]
    public void A_block_in_no_model_and_a_method_chosen_in_code_are_not_judged() => Assert.Empty(Ids(
        """
        [Block, Sparse(0.25, Method = SparsityMethod.RigL)]
        public partial class N([MuWidth] int width)
        {
            public Linear Up { get; } = new(width, width);
            [Flow] Tensor Flow(Tensor x) => x | Up;
        }

        [Model, Sparse(0.25)]
        public partial class M([MuWidth(64)] int width)
        {
            public Linear Up { get; } = new(width, width);
            [Flow] Tensor Flow(Tensor x) => x | Up;
        }

        public static class User
        {
            public static void Use(M m) => m.UseMethod(SparsityMethod.RigL);
        }
        """));

    [Fact]
    public void The_description_says_how_a_mask_changes()
    {
        var run = Harness.Generate(Source("RigL", ", Rule rule = Rule.Measured"));
        Assert.Contains(
            "<item><term>Up</term><description>weight: hidden, width × width, sparse by rho, its mask moves by RigL, init std ",
            run.Text("M.g.cs"), StringComparison.Ordinal);
        Assert.DoesNotContain("moves", Harness.Generate(Source("Static", "")).Text("M.g.cs"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.5, Mask = Mask.TwoFour")]
    [InlineData("0.25, Mask = Mask.Balanced")]
    [InlineData("0.25, Mask = Mask.Block16")]
    public void Pruning_keeps_a_pattern(string sparse) => Assert.Empty(Ids(
        $$"""
        [Model, Sparse({{sparse}}, Method = SparsityMethod.Gmp)]
        public partial class M([MuWidth(64)] int width)
        {
            [Sparse({{sparse}}, Method = SparsityMethod.Gmp)] public Linear Up { get; } = new(width, width);
            public Linear Down { get; } = new(width, width);
            [Flow] Tensor Flow(Tensor x) => x | Up | Down;
        }
        """));

    [Fact]
    public void A_density_over_all_layers_is_in_the_table_of_each()
    {
        var text = Harness.Generate(
            """
            [Model, Sparse(0.25, Distribution = Distribution.ErdosRenyiAll)]
            public partial class M([MuWidth(64)] int width)
            {
                public Linear In { get; } = new(16, width);
                public Linear Up { get; } = new(width, width);
                public Linear Head { get; } = new(width, 8);
                [Flow] Tensor Flow(Tensor x) => x | In | Up | Head;
            }
            """).Text("M.g.cs");

        Assert.Contains(
            "<item><term>In</term><description>weight: input, width × 16, sparse by 0.25, ", text, StringComparison.Ordinal);
        Assert.Contains(
            "<item><term>Head</term><description>weight: output, 8 × width, sparse by 0.25, ", text, StringComparison.Ordinal);
        Assert.Contains("distribution: global::SuParDsl.Distribution.ErdosRenyiAll", text, StringComparison.Ordinal);
        Assert.Equal(3, text.Split("sparse by 0.25").Length - 1);
    }

    private static string[] Found(string method, string rule) => Ids(Source(method, rule));

    private static string[] Ids(string source)
    {
        var run = Harness.Generate(source);
        Assert.Empty(run.CSharp);
        return [.. run.Ours.Select(static d => d.Id)];
    }

    private static string Source(string method, string rule) => $$"""
        [Model]
        public partial class M([MuWidth(64)] int width, [Density] double rho{{rule}})
        {
            [Sparse(nameof(rho), Method = SparsityMethod.{{method}})] public Linear Up { get; } = new(width, width);
            [Flow] Tensor Flow(Tensor x) => x | Up;
        }
        """;
}
