using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SuParDsl.Generators.Tests;

/// <summary>
/// Tests declarations with a changed token, as they occur while someone types. The generator never throws or hangs, and if
/// only the emitted file fails to compile, one of our diagnostics gives the reason.
/// </summary>
public sealed class MutationTests
{
    private static readonly int Count =
        int.Parse(Environment.GetEnvironmentVariable("SUPAR_MUTATIONS") ?? "25", CultureInfo.InvariantCulture);

    private static readonly string[] Replacements =
    [
        "0", "-1", "3", "0.5", "1/128", "width", "layers", "x", "ids", "|", "+", "*", "/", "(", ")", "{", ";", ".", ",", "=",
            "null", "Relu", "Up", "Tok",
        "[Dense]", "[Sparse(2)]", "static", "int", "double", "new", "this", "Heads", "Split", "Tensor", "Weight", "RmsNorm",
            "var", "return", "@class",
    ];

    public static TheoryData<int> Seeds => [0, 1, 2];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Changed_tokens_do_no_harm(int seed)
    {
        var random = new Random(seed);
        var original = seed switch { 0 => Harness.NanoGpt, 1 => Harness.Declaration("Features"), _ =>
            Harness.Declaration("Transformer") };
        var tokens = CSharpSyntaxTree.ParseText(original, Harness.ParseOptions).GetRoot().DescendantTokens()
            .Where(static t => t.Span.Length > 0).ToArray();
        var compilation = Harness.Compile(original);
        for (var i = 0; i < Count; i++)
        {
            var source = Mutate(original, tokens, random);
            var problem = Problem(compilation.Edit(1, source));
            Assert.True(problem is null, $"seed {seed}, mutation {i}: {problem}\n{source}");
        }
    }

    private static string? Problem(CSharpCompilation compilation)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var driver = Harness.Driver().RunGeneratorsAndUpdateCompilation(compilation, out var output, out _, limit.Token);
        if (driver.GetRunResult().Results[0].Exception is { } exception)
        {
            return exception.ToString();
        }

        var errors = output.GetDiagnostics(limit.Token).Where(static d => d.Severity == DiagnosticSeverity.Error).ToList();
        if (errors.Count == 0 || errors
            .Any(static d => d.Location.SourceTree?.FilePath.EndsWith(".g.cs", StringComparison.Ordinal) != true))
        {
            return null;
        }

        return Harness.Analyze(output).Any(static d => d.Severity == DiagnosticSeverity.Error)
            ? null
            : "only the emitted file has errors: " + string.Join("; ", errors);
    }

    private static string Mutate(string source, SyntaxToken[] tokens, Random random)
    {
        var token = tokens[random.Next(tokens.Length)];
        var (before, after) = (source[..token.SpanStart], source[token.Span.End..]);
        return random.Next(5) switch
        {
            0 => before + after,
            1 => before + token.Text + " " + token.Text + after,
            2 => before + tokens[random.Next(tokens.Length)].Text + after,
            3 => before,
            _ => before + Replacements[random.Next(Replacements.Length)] + after,
        };
    }
}
