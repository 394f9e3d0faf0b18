using System.Globalization;

namespace SuParDsl.Tests.Models;

/// <summary>A mistake that is only known at run time leads to one clear error.</summary>
public class GuardTests
{
    [Fact]
    public void A_width_that_the_head_size_does_not_divide()
    {
        var error = Assert.Throws<SizeException>(() => new Gpt(Gpt.Base with { Width = 250, Vocab = 8, Context = 8 }));

        Assert.Contains("width of SelfAttention is 250, not a multiple of headDim (64)", error.Message, StringComparison.Ordinal);
        Assert.Contains("192 or 256 would be", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.5)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void A_density_outside_its_range(double density)
    {
        var error = Assert.Throws<SizeException>(() => new Mlp(256, density: density));

        Assert.Contains($"density of Mlp is {density}: a density must be in (0, 1]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_size_that_is_not_positive()
    {
        var width = int.Parse("0", CultureInfo.InvariantCulture);   // a constant would not compile: SUP108

        var error = Assert.Throws<SizeException>(() => new Mlp(width));

        Assert.Contains("of a Linear is 0: it must be at least 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_standard_deviation_that_is_not_positive()
    {
        var error = Assert.Throws<SizeException>(() => new Gpt(Gpt.Base with { Vocab = 8, Context = 8, Sigma = -1 }));

        Assert.Contains("is -1: it must be a positive number", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fewer_than_one_weight_an_output()
    {
        var error = Assert.Throws<SizeException>(() => new Mlp(32, density: 1 / 64.0));

        Assert.Equal(
            "the density of Fc2.weight is 0.015625: with a fan-in of 32 each output keeps 0.5 weights; "
            + "at least 1 is needed, a density of 1/32 (SUP208)",
            error.Message);
    }

    [Fact]
    public void A_distributed_density_counts_as_it_falls_on_each_matrix()
    {
        // 64 → 64 and 4096 → 64 at 1/100 of all 266240 weights: ε = 2662.4/(128 + 4160) = 0.621, so the densities are
        // 0.621·128/4096 = 0.0194 and 0.621·4160/262144 = 0.00985. With a uniform density, the first layer would keep 0.64
        // weights per output; here it keeps 1.24.
        Assert.Equal(0.0194, Distributed(1 / 100.0)[0].Density.Value, 1e-4);

        // At 1/150: ε = 0.414, 0.0129·64 = 0.83.
        var error = Assert.Throws<SizeException>(() => Distributed(1 / 150.0));
        Assert.Contains("the density of Small.weight is 0.0129", error.Message, StringComparison.Ordinal);
        Assert.Contains(
            "each output keeps 0.828 weights; at least 1 is needed, a density of 1/64", error.Message, StringComparison.Ordinal);

        static IReadOnlyList<ModelTensor> Distributed(double density)
        {
            var root = ParameterScope.Root(Rule.SuPar, 0.02);
            var scope = root.Sparse(density, distribution: Distribution.ErdosRenyi);
            new Linear(64, 64, bias: false).Declare(scope.Child("Small"), Extent.Scaling(64, 64), Extent.Scaling(64, 64));
            new Linear(4096, 64, bias: false).Declare(scope.Child("Large"), Extent.Scaling(4096, 4096), Extent.Scaling(64, 64));
            return root.Tensors;
        }
    }

    [Theory]
    [InlineData(0.49)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void A_depth_exponent_outside_its_range(double alpha)
    {
        var error = Assert.Throws<SizeException>(() => ParameterScope.Root(Rule.SuPar, 0.02, alpha));

        Assert.Equal($"the depth exponent α is {alpha}: it must be in [0.5, 1] (SUP320)", error.Message);
    }

    [Fact]
    public void A_rule_that_does_not_exist() => Assert.Equal(
        "the rule is 9: it must be one of SuPar, MuP, Standard, SuParInitOnly, SuParLrOnly, SuParFinal, Measured",
        Assert.Throws<SizeException>(() => ParameterScope.Root((Rule)9, 0.02)).Message);
}
