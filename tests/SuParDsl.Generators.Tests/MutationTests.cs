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
    private const string Unchanged = """
        namespace Unchanged;

        [Model]
        public partial class Small([MuWidth(64)] int width)
        {
            public Linear In { get; } = new(4, width);
            public Linear Out { get; } = new(width, 2);

            [Flow] Tensor Flow(Tensor x) => x | In | Relu | Out;
        }
        """;

    private static readonly int Count =
        int.Parse(Environment.GetEnvironmentVariable("SUPAR_MUTATIONS") ?? "25", CultureInfo.InvariantCulture);

    // The other modes of the generator's cache take a part of the mutations.
    private static readonly int FewerCount = Math.Max(1, Count / 4);

    private static readonly string[] Replacements =
    [
        "0", "-1", "3", "0.5", "1/128", "width", "layers", "x", "ids", "|", "+", "*", "/", "(", ")", "{", ";", ".", ",", "=",
            "null", "Relu", "Up", "Tok",
        "[Dense]", "[Sparse(2)]", "static", "int", "double", "new", "this", "Heads", "Split", "Tensor", "Weight", "RmsNorm",
            "var", "return", "@class",
    ];

    /// <summary>Seeds, each with the value of <c>SuParDslParseCache</c>.</summary>
    public static TheoryData<int, string?> Seeds
    {
        get
        {
            var data = new TheoryData<int, string?>();
            foreach (var mode in new[] { null, "false", "verify" })
            {
                for (var seed = 0; seed < 3; seed++)
                {
                    data.Add(seed, mode);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Changed_tokens_do_no_harm(int seed, string? cache)
    {
        var options = ProjectOptions.ParseCache(cache);
        var random = new Random(seed);
        var original = seed switch { 0 => Harness.NanoGpt, 1 => Harness.Declaration("Features"), _ =>
            Harness.Declaration("Transformer") };
        var tokens = CSharpSyntaxTree.ParseText(original, Harness.ParseOptions).GetRoot().DescendantTokens()
            .Where(static t => t.Span.Length > 0).ToArray();

        // The second file does not change, so that the cache keeps what was read from it.
        var compilation = Harness.Compile(original, Unchanged);
        for (var i = 0; i < (cache is null ? Count : FewerCount); i++)
        {
            var source = Mutate(original, tokens, random);
            compilation = compilation.Edit(1, source);
            var problem = Problem(compilation, options);
            Assert.True(problem is null, $"seed {seed}, mutation {i}: {problem}\n{source}");
        }
    }

    private static string? Problem(CSharpCompilation compilation, ProjectOptions options)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var driver = Harness.Driver(options).RunGeneratorsAndUpdateCompilation(compilation, out var output, out _, limit.Token);
        if (driver.GetRunResult().Results[0].Exception is { } exception)
        {
            return exception.ToString();
        }

        if (CacheVerification.Faults(compilation) is [var fault, ..])
        {
            return fault;
        }

        var errors = output.GetDiagnostics(limit.Token).Where(static d => d.Severity == DiagnosticSeverity.Error).ToList();
        if (errors.Count == 0 || errors
            .Any(static d => d.Location.SourceTree?.FilePath.EndsWith(".g.cs", StringComparison.Ordinal) != true))
        {
            return null;
        }

        return Harness.Analyze(output, options.ForAnalyzers).Any(static d => d.Severity == DiagnosticSeverity.Error)
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
