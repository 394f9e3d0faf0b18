using System.Globalization;

namespace SuParDsl.Generators.Tests;

/// <summary>Constants in code that builds models are checked like those in declarations.</summary>
public sealed class CallSiteTests
{
    [Theory]
    [InlineData("new Gpt(4096, 2, mlp: 1 / 128)", "SUP203", "1 / 128",
        "'1 / 128' is an integer division with the result 0 (write 1 / 128.0)")]
    [InlineData("new Gpt(4096, 2, attn: 25)", "SUP202", "25",
        "'attn' of 'Gpt' is 25, but a density is the fraction of weights that are kept and must be in (0, 1] "
        + "(did you mean 0.25?)")]
    [InlineData("new Gpt(0, 2)", "SUP108", "0",
        "'width' of 'Gpt' is 0, but a size must be at least 1 (change the expression or the base)")]
    [InlineData("Gpt.Base with { Mlp = 1 / 128 }", "SUP203", "1 / 128",
        "'1 / 128' is an integer division with the result 0 (write 1 / 128.0)")]
    [InlineData("new Gpt.Size { Attn = -1 }", "SUP202", "-1",
        "'Attn' of 'Gpt' is -1, but a density is the fraction of weights that are kept and must be in (0, 1] "
        + "(1 is dense, 0.25 keeps a quarter of the weights)")]
    [InlineData("Gpt.Base with { Layers = 0 }", "SUP108", "0",
        "'layers' of 'Gpt' is 0, but a size must be at least 1 (change the expression or the base)")]
    public void A_constant_outside_its_range_is_an_error(string code, string id, string span, string message)
    {
        var run = Harness.Generate(Harness.Declaration("Transformer"), Use(code));
        var found = Assert.Single(run.Ours);
        Assert.Equal((id, message), (found.Id, found.GetMessage(CultureInfo.InvariantCulture)));
        Assert.Equal(span, found.Location.SourceTree!.ToString().Substring(found.Location.SourceSpan.Start,
            found.Location.SourceSpan.Length));
    }

    [Theory]
    [InlineData("new Gpt(4096, 2, attn: 0.25, mlp: 1 / 128.0)")]
    [InlineData("Gpt.Base with { Width = 4096, Layers = 32, Attn = 1 / 128.0, Mlp = 1 }")]
    public void One_inside_is_not(string code) =>
        Assert.Empty(Harness.Generate(Harness.Declaration("Transformer"), Use(code)).Ours);

    private static string Use(string code) =>
        $"static class User {{ public static object Make() => {code}; }}".Replace("Gpt", "Examples.Gpt",
        StringComparison.Ordinal);
}
