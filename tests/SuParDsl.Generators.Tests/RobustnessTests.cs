using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit.Abstractions;

namespace SuParDsl.Generators.Tests;

/// <summary>
/// Tests every declaration of the examples and tests with one token deleted, doubled or swapped with the next. The
/// generator, analyzers and fixes answer quickly and never throw, the emitted file is never the only one that is wrong, and
/// one mistake leads to one diagnostic.
/// </summary>
public sealed class RobustnessTests(ITestOutputHelper output)
{
    private static readonly int Count =
        int.Parse(Environment.GetEnvironmentVariable("SUPAR_MUTANTS") ?? "2000", CultureInfo.InvariantCulture);

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private static readonly ImmutableArray<string> Sources =
    [
        .. new[]
        {
            Harness.NanoGpt, Harness.Declaration("Classifier"), Harness.Declaration("Features"),
                Harness.Declaration("Transformer"),
        }.Concat(DiagnosticCases.All.Concat(UsageCases.All).Select(static c => c.Good)).Distinct(),
    ];

    [Fact]
    public void One_wrong_token_gives_one_diagnostic_and_no_harm()
    {
        var counts = new ConcurrentBag<int>();
        var problems = new ConcurrentBag<string>();
        var originals = Sources
            .Select(static source => (Source: source, Compilation: Harness.Compile(source), Tokens: Tokens(source))).ToArray();
        foreach (var original in originals.Take(4))
        {
            // Compilation and loading on first use do not count as a mutant's time.
            Harness.Analyze(Harness.Generate(original.Compilation).Output);
        }

        Parallel.For(0, Count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            var (source, compilation, tokens) = originals[i % originals.Length];
            var mutant = Mutate(source, tokens, new Random(i));
            var watch = Stopwatch.StartNew();
            try
            {
                var (found, problem) = Try(compilation.Edit(1, mutant), mutant);
                counts.Add(found);
                if (problem is null && watch.Elapsed > Limit)
                {
                    // Repeat the measurement: a busy machine is slow only once, but a hang repeats.
                    watch.Restart();
                    problem = Try(compilation.Edit(1, mutant), mutant).Problem
                        ?? (watch.Elapsed > Limit ? $"took {watch.Elapsed.TotalSeconds:F1} s, twice" : null);
                }

                if (problem is not null)
                {
                    problems.Add($"mutant {i}: {problem}\n{mutant}");
                }
            }
            catch (Exception e)
            {
                problems.Add($"mutant {i}: {e}\n{mutant}");
            }
        });

        var some = counts.Where(static n => n > 0).Order().ToArray();
        var median = some.Length > 0 ? some[some.Length / 2] : 0;
        output.WriteLine($"{Count} mutants, {some.Length} with diagnostics of ours: median {median}, "
            + $"one {100.0 * some.Count(static n => n == 1) / Math.Max(1, some.Length):F0} %, most {some.LastOrDefault()}");
        Assert.True(problems.IsEmpty, $"{problems.Count} of {Count}\n" + string.Join("\n\n", problems.Take(5)));
        Assert.True(median <= 1, $"the median is {median}");
    }

    private static (int Found, string? Problem) Try(CSharpCompilation compilation, string mutant)
    {
        var run = Harness.Generate(compilation);
        var ours = run.Ours;
        if (ours.FirstOrDefault(static d => !d.Id.StartsWith("SUP", StringComparison.Ordinal)) is { } crash)
        {
            return (ours.Length, crash.ToString());
        }

        Fix(ours, mutant);
        if (!ours.Any(static d => d.Severity == DiagnosticSeverity.Error))
        {
            var errors = run.Output.GetDiagnostics().Where(static d => d.Severity == DiagnosticSeverity.Error).ToList();
            if (errors.Count > 0
                && errors.All(static d => d.Location.SourceTree?.FilePath.EndsWith(".g.cs", StringComparison.Ordinal) == true))
            {
                return (ours.Length, "only the emitted file has errors: " + string.Join("; ", errors));
            }
        }

        return (ours.Length, null);
    }

    // Fixes read only the document and the diagnostic, so the document needs no compilation.
    private static void Fix(ImmutableArray<Diagnostic> diagnostics, string source)
    {
        if (diagnostics.IsEmpty)
        {
            return;
        }

        using var workspace = new AdhocWorkspace();
        var document = workspace.AddProject("Tests", LanguageNames.CSharp)
            .WithParseOptions(Harness.ParseOptions).AddDocument("User.cs", source);
        foreach (var diagnostic in diagnostics.Where(static d => d.Location.SourceTree?.FilePath == "File1.cs"))
        {
            foreach (var action in FixHarness.Offers(document, diagnostic))
            {
                FixHarness.Apply(document, action);
            }
        }
    }

    private static SyntaxToken[] Tokens(string source) =>
        [.. CSharpSyntaxTree.ParseText(source, Harness.ParseOptions).GetRoot().DescendantTokens()
            .Where(static t => t.Span.Length > 0)];

    private static string Mutate(string source, SyntaxToken[] tokens, Random random)
    {
        var index = random.Next(tokens.Length - 1);
        var (token, next) = (tokens[index], tokens[index + 1]);
        var (before, after) = (source[..token.SpanStart], source[token.Span.End..]);
        return random.Next(3) switch
        {
            0 => before + after,
            1 => before + token.Text + " " + token.Text + after,
            _ => before + next.Text + source[token.Span.End..next.SpanStart] + token.Text + source[next.Span.End..],
        };
    }
}
