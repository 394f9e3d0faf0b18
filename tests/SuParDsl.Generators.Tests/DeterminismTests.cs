using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SuParDsl.Generators.Tests;

/// <summary>The same declaration gives the same files on every machine.</summary>
public sealed class DeterminismTests
{
    private static readonly Lazy<string> Expected = new(static () => Everything("\n"));

    [Theory]
    [InlineData("fi-FI")]
    [InlineData("sv-SE")]
    [InlineData("tr-TR")]
    public void Cultures_change_nothing(string culture)
    {
        var expected = Expected.Value;
        var saved = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = Culture(culture);
            Assert.NotEqual("-1.5", (-1.5).ToString(CultureInfo.CurrentCulture));
            Assert.Equal(expected, Everything("\n"));
        }
        finally
        {
            CultureInfo.CurrentCulture = saved;
        }
    }

    // A machine without ICU has only the invariant culture, so the signs that differ between cultures are set by hand.
    private static CultureInfo Culture(string name)
    {
        try
        {
            return new(name);
        }
        catch (CultureNotFoundException)
        {
            var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            culture.NumberFormat.NumberDecimalSeparator = ",";
            culture.NumberFormat.NegativeSign = name == "tr-TR" ? "-" : "\u2212";
            return culture;
        }
    }

    [Fact]
    public void Line_ends_change_nothing() => Assert.Equal(Expected.Value, Everything("\r\n"));

    [Fact]
    public void Parallel_runs_agree()
    {
        var texts = new string[32];
        var compilation = Compile("\n");
        Parallel.For(0, texts.Length, i => texts[i] = Emit(compilation.Clone()));
        Assert.All(texts, static text => Assert.Equal(Expected.Value, text));
    }

    [Fact]
    public void Emitted_files_have_no_carriage_return_and_no_tab()
    {
        Assert.DoesNotContain('\r', Everything("\r\n"));
        Assert.DoesNotContain('\t', Expected.Value);
    }

    private static string Everything(string newLine) => Emit(Compile(newLine));

    private static CSharpCompilation Compile(string newLine) =>
        Harness.Compile([.. new[] { Harness.Declaration("Features"), Harness.NanoGpt }.Select(source =>
            source.ReplaceLineEndings(newLine))]);

    private static string Emit(Compilation compilation)
    {
        var result = Harness.Driver().RunGenerators(compilation).GetRunResult().Results[0];
        return string.Concat(result.GeneratedSources.Select(static file => file.HintName + "\n" + file.SourceText));
    }
}
