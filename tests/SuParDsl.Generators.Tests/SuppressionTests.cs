using Microsoft.CodeAnalysis;

namespace SuParDsl.Generators.Tests;

/// <summary>Every diagnostic can be turned on and off by C#'s own means.</summary>
public sealed class SuppressionTests
{
    private static readonly DiagnosticCase Warning = DiagnosticCases.All.First(static c => c.Id == "SUP120");

    private static string Source =>
        Warning.Bad.Replace("«", "", StringComparison.Ordinal).Replace("»", "", StringComparison.Ordinal);

    public static IEnumerable<object[]> Indices => DiagnosticTests.Indices;

    [Theory]
    [MemberData(nameof(Indices))]
    public void A_pragma_suppresses(int index, string id)
    {
        var bad = DiagnosticCases.All[index].Bad.Replace("«", "", StringComparison.Ordinal).Replace("»", "",
            StringComparison.Ordinal);
        var found = Harness.Analyze(Harness.Compile($"#pragma warning disable {id}\n{bad}"));
        Assert.True(Assert.Single(found).IsSuppressed);
    }

    [Fact]
    public void An_attribute_suppresses()
    {
        var run =
            Harness.Generate(Source.Replace("[Block]",
                "[Block, System.Diagnostics.CodeAnalysis.SuppressMessage(\"SuParDsl.Shapes\", \"SUP120\")]",
                StringComparison.Ordinal));
        Assert.True(Assert.Single(run.Ours).IsSuppressed);
    }

    [Theory]
    [InlineData(ReportDiagnostic.Error, DiagnosticSeverity.Error)]
    [InlineData(ReportDiagnostic.Info, DiagnosticSeverity.Info)]
    [InlineData(ReportDiagnostic.Suppress, null)]
    public void An_editorconfig_sets_the_severity(ReportDiagnostic configured, DiagnosticSeverity? expected)
    {
        var compilation = Harness.Compile(Source);
        var tree = compilation.SyntaxTrees[1];
        compilation = compilation.WithOptions(compilation.Options.WithSyntaxTreeOptionsProvider(new Options(tree, "SUP120",
            configured)));
        Assert.Equal(expected, Harness.Analyze(compilation).SingleOrDefault()?.Severity);
    }

    [Fact]
    public void A_suppressed_error_still_has_its_stub()
    {
        var @case = DiagnosticCases.All.First(static c => c.Id == "SUP101");
        var bad = @case.Bad.Replace("«", "", StringComparison.Ordinal).Replace("»", "", StringComparison.Ordinal);
        var run = Harness.Generate("#pragma warning disable SUP101\n" + bad);
        Assert.True(run.IsStub("M.g.cs"));
        Assert.Empty(run.CSharp);
    }

    private sealed class Options(SyntaxTree tree, string id, ReportDiagnostic severity) : SyntaxTreeOptionsProvider
    {
        public override GeneratedKind IsGenerated(SyntaxTree tree, CancellationToken cancellationToken) => GeneratedKind.Unknown;

        public override bool TryGetDiagnosticValue(
            SyntaxTree of, string diagnosticId, CancellationToken cancellationToken, out ReportDiagnostic value)
        {
            value = severity;
            return of == tree && diagnosticId == id;
        }

        public override bool TryGetGlobalDiagnosticValue(
            string diagnosticId, CancellationToken cancellationToken, out ReportDiagnostic value)
        {
            value = ReportDiagnostic.Default;
            return false;
        }
    }
}
