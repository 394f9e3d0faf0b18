using System.Collections.Immutable;
using System.Globalization;
using static TorchSharp.torch;

namespace SuParDsl.Programs.Tests;

/// <summary>
/// Random programs. Each declares a small model, trains it, freezes tensors, changes masks and storage, saves and loads, in
/// random order. After each action, the invariants of every model are checked. The programs are seeded.
/// <c>SUPAR_PROGRAMS=50000</c> runs the long form, and <c>SUPAR_PROGRAMS_LOG</c> names a file that gets a line for every
/// thousand programs and each program that fails.
/// </summary>
public sealed class ProgramTests
{
    private const int ProgramsOfADeclaration = 5, DeclarationsAtOnce = 25;

    private static readonly int Programs = Setting("SUPAR_PROGRAMS", 500), Seed = Setting("SUPAR_PROGRAMS_SEED", 20261130);

    [Fact]
    public void No_program_trains_another_network_than_the_one_declared()
    {
        var random = new Random(Seed);
        var broken = new List<string>();
        for (var done = 0; done < Programs && broken.Count < 3; done += DeclarationsAtOnce * ProgramsOfADeclaration)
        {
            if (done % 1000 == 0)
            {
                Log($"{done} of {Programs} programs, {broken.Count} wrong");
            }

            var first = done / ProgramsOfADeclaration;
            var declarations = CompiledDeclaration.Compile(
                [.. Enumerable.Range(first, DeclarationsAtOnce).Select(i => RandomDeclaration.Draw($"Program{i}", random))]);
            foreach (var declaration in declarations)
            {
                for (var i = 0; i < ProgramsOfADeclaration && broken.Count < 3; i++)
                {
                    var actions = RandomActions.Draw(declaration, random);
                    var seed = random.Next(1000);
                    if (Failure(declaration, seed, actions) is { } failure)
                    {
                        var shortest = Shortest(declaration, seed, actions);
                        broken.Add(
                            Text(declaration, seed, shortest, Failure(declaration, seed, shortest) ?? $"only once: {failure}"));
                        Log(broken[^1]);
                    }
                }
            }
        }

        Log($"the end: {broken.Count} programs are wrong");
        Assert.True(broken.Count == 0, string.Join("\n\n", broken));
    }

    private static int Setting(string name, int @default) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : @default;

    private static void Log(string line)
    {
        if (Environment.GetEnvironmentVariable("SUPAR_PROGRAMS_LOG") is { Length: > 0 } path)
        {
            File.AppendAllText(path, line + "\n");
        }
    }

    // Why a program fails: the first action after which an invariant does not hold; null if there is none.
    private static string? Failure(CompiledDeclaration declaration, int seed, ImmutableArray<ProgramAction> actions)
    {
        using var scope = NewDisposeScope();
        using var trained = new TrainedModel(declaration, seed);
        foreach (var action in actions)
        {
            try
            {
                action.Run(trained);
                Invariants.Check(trained);
            }
            catch (Exception error)
            {
                return $"{action.Code} // {(error is BrokenException ? error.Message : error.ToString())}";
            }
        }

        return null;
    }

    // The program without the actions that its failure does not need.
    private static ImmutableArray<ProgramAction> Shortest(
        CompiledDeclaration declaration, int seed, ImmutableArray<ProgramAction> actions)
    {
        for (var i = actions.Length - 1; i >= 0; i--)
        {
            var shorter = actions.RemoveAt(i);
            if (Failure(declaration, seed, shorter) is not null)
            {
                actions = shorter;
            }
        }

        return actions;
    }

    private static string Text(
        CompiledDeclaration declaration, int seed, ImmutableArray<ProgramAction> actions, string failure) => $"""
        {declaration.Declaration.Complete}

        // The program:
        var model = Entry.Make({seed});
        {string.Join('\n', actions.Select(static action => action.Code))}
        // {failure}
        """;
}
