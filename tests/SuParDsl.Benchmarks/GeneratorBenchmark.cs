extern alias generators;

using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Microsoft.CodeAnalysis;
using generators::SuParDsl.Generators;

namespace SuParDsl.Benchmarks;

/// <summary>
/// Measures the generator while a user types, beside a floor that only finds the marked classes, and beside
/// System.Text.Json's generator on as many types of the same sizes.
/// </summary>
internal static class GeneratorBenchmark
{
    private const int Rounds = 101;

    // An editor's process lives for hours, so the runtime has optimized the code that runs at every keystroke.
    private const int Warmup = 1500;

    public static void Run()
    {
        var pack = typeof(GeneratorBenchmark).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(static attribute => attribute.Key == "TargetingPack").Value!;
        MetadataReference[] references =
        [
            .. Directory.GetFiles(Path.Combine(pack, "ref", "net10.0"), "*.dll").Append(typeof(Layer).Assembly.Location)
                .Append(typeof(TorchSharp.torch).Assembly.Location).Select(static path => MetadataReference.CreateFromFile(path)),
        ];
        var json = Assembly.LoadFrom(Path.Combine(pack, "analyzers", "dotnet", "cs", "System.Text.Json.SourceGeneration.dll"))
            .GetType("System.Text.Json.SourceGeneration.JsonSourceGenerator", throwOnError: true)!;
        var ours = new GeneratorSubject(static () => new DeclarationGenerator().AsSourceGenerator(), references);
        var floor = new GeneratorSubject(static () => new Floor().AsSourceGenerator(), references);
        var peer = new GeneratorSubject(Peer, references);
        var binding = new GeneratorSubject(static () => new BindingFloor().AsSourceGenerator(), references);

        GeneratorRow[] rows =
        [
            Compare(ours, "cold", "≤ System.Text.Json's", static subject => subject.Cold()),
            Compare(binding, "cold, binding alone", "", static subject => subject.Cold()),
            Compare(ours, "same compilation", "", static subject => subject.Again()),
            Compare(
                ours, "keystroke in another file", "≤ 1.5 × floor, nothing printed", static subject => subject.EditElsewhere()),
            Compare(
                ours,
                "keystroke in a comment of a model of 50 layers",
                "nothing printed",
                static subject => subject.EditComment()),
            Compare(ours, "keystroke in its flow", "≤ floor + 1 ms, one file printed", static subject => subject.EditModel()),
        ];
        Print(rows);

        ISourceGenerator Peer() => ((IIncrementalGenerator)Activator.CreateInstance(json)!).AsSourceGenerator();

        GeneratorRow Compare(GeneratorSubject own, string what, string wanted, Func<GeneratorSubject, Action> edit)
        {
            var times = Measure.Prepared(Rounds, Warmup, () => edit(own), () => edit(floor), () => edit(peer));
            return new(
                what, times[0].Median, times[1].Median, times[2].Median,
                Of(times[1], static (own, floor) => own - floor),
                Of(times[1], static (own, floor) => own / floor),
                Of(times[2], static (own, peer) => own / peer),
                own.Emitted, wanted);

            // There is one ratio per round, because the times of a round were measured directly after each other.
            Quartiles Of(Times other, Func<double, double, double> compare)
            {
                var rounds = times[0].Rounds.Zip(other.Rounds, compare).ToArray();
                return new(Times.Quantile(rounds, 0.25), Times.Quantile(rounds, 0.5), Times.Quantile(rounds, 0.75));
            }
        }
    }

    private static void Print(GeneratorRow[] rows)
    {
        Console.WriteLine(
            "| case | ms | floor, ms | System.Text.Json, ms | ms more than floor (quartiles) "
            + "| times floor | times System.Text.Json | files printed | wanted |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (var row in rows)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {row.What} | {row.Milliseconds:F2} | {row.Floor:F2} | {row.Peer:F2} | {row.AboveFloor} | {row.OverFloor} "
                + $"| {row.OverPeer} | {row.Printed} | {row.Wanted} |"));
        }

        if (Environment.GetEnvironmentVariable("SUPARDSL_BENCHMARK_JSON") is { Length: > 0 } file)
        {
            File.WriteAllText(file, JsonSerializer.Serialize(rows, new JsonSerializerOptions { WriteIndented = true }));
        }
    }

    private sealed record Quartiles(double Lower, double Median, double Upper)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Median:F2} ({Lower:F2}-{Upper:F2})");
    }

    private sealed record GeneratorRow(
        string What, double Milliseconds, double Floor, double Peer, Quartiles AboveFloor, Quartiles OverFloor,
        Quartiles OverPeer, int Printed, string Wanted);

    /// <summary>The least that a generator over marked classes can do.</summary>
    private sealed class Floor : IIncrementalGenerator
    {
        public void Initialize(IncrementalGeneratorInitializationContext context)
        {
            foreach (var attribute in (ReadOnlySpan<string>)["SuParDsl.ModelAttribute", "SuParDsl.BlockAttribute"])
            {
                var names = context.SyntaxProvider.ForAttributeWithMetadataName(
                    attribute, static (_, _) => true, static (found, _) => found.TargetSymbol.Name);
                context.RegisterSourceOutput(names, static (_, _) => { });
            }
        }
    }

    /// <summary>
    /// The floor, plus the least that every reader of such a class must ask the compiler for: the attributes of the class,
    /// its parameters with types, attributes and defaults, and the flow's attributes and types.
    /// </summary>
    private sealed class BindingFloor : IIncrementalGenerator
    {
        public void Initialize(IncrementalGeneratorInitializationContext context)
        {
            foreach (var attribute in (ReadOnlySpan<string>)["SuParDsl.ModelAttribute", "SuParDsl.BlockAttribute"])
            {
                var asked = context.SyntaxProvider.ForAttributeWithMetadataName(
                    attribute, static (_, _) => true, static (found, _) => Ask((INamedTypeSymbol)found.TargetSymbol));
                context.RegisterSourceOutput(asked, static (_, _) => { });
            }
        }

        private static int Ask(INamedTypeSymbol type)
        {
            var answers = type.GetAttributes().Length;
            foreach (var method in type.GetMembers()
                .OfType<IMethodSymbol>()
                .Where(static m => m.MethodKind is MethodKind.Constructor or MethodKind.Ordinary))
            {
                answers += method.GetAttributes().Length + (int)method.ReturnType.SpecialType;
                foreach (var parameter in method.Parameters)
                {
                    answers += parameter.GetAttributes().Length + (int)parameter.Type.SpecialType
                        + (parameter.HasExplicitDefaultValue ? 1 : 0);
                }
            }

            return answers;
        }
    }
}
