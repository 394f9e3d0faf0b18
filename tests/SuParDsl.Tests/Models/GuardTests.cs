using System.Globalization;

namespace SuParDsl.Tests.Models;

/// <summary>What is only known at run time gives one clear error.</summary>
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
}
