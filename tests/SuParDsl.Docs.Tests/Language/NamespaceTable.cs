using System.Reflection;
using SuParDsl.Lab;

namespace SuParDsl.Docs.Tests.Language;

/// <summary>The tables of docs/language/namespaces.md: what each namespace is for, and its public types.</summary>
internal static class NamespaceTable
{
    private static readonly Dictionary<string, string> Purposes = new()
    {
        ["SuParDsl"] = "the language (attributes, layers, operations) and models with their table of multipliers",
        ["SuParDsl.Checkpoints"] = "models, optimizers and training states in files; safetensors; files replaced atomically",
        ["SuParDsl.Checks"] = "the coordinate check, measured initial standard deviations, the first value that is not finite",
        ["SuParDsl.Distributed"] = "training on several processes: the process group and the reduction of gradients",
        ["SuParDsl.Engine"] = "what is known of TorchSharp's native library, and how it is loaded",
        ["SuParDsl.Optimizers"] = "optimizers with the multipliers of a model, schedules, loss scaling",
        ["SuParDsl.Parameterization"] = "the rules' tables: exponents of width, depth and density for every quantity",
        ["SuParDsl.Sparsity"] = "masks, and their updates by RigL, SET and gradual magnitude pruning",
        ["SuParDsl.Lab"] = "the command line behind a model's program",
        ["SuParDsl.Lab.Data"] = "sources of training and validation batches",
        ["SuParDsl.Lab.Errors"] = "the error that the command line prints as one line",
        ["SuParDsl.Lab.Interop"] = "mappings between a model and the files of other programs",
        ["SuParDsl.Lab.Replay"] = "runs of other implementations that a model replays",
        ["SuParDsl.Lab.Sweeps"] = "tuners, which choose the learning rates of a sweep",
        ["SuParDsl.Lab.Training"] = "losses, metrics, observers, and the defaults of training options",
    };

    public static string OfLibrary() => Table(typeof(Model).Assembly);

    public static string OfLab() => Table(typeof(Lab.Lab).Assembly);

    private static string Table(Assembly assembly)
    {
        var spaces = assembly.GetExportedTypes()
            .Where(static type => type.DeclaringType is null)
            .GroupBy(static type => type.Namespace!, static type => type.Name.Split('`')[0])
            .OrderBy(static space => space.Key, StringComparer.Ordinal);
        return "| namespace | what it is for | public types |\n|---|---|---|\n" + string.Concat(spaces.Select(static space =>
            $"| `{space.Key}` | {Purpose(space.Key)} | {Names(space)} |\n"));
    }

    private static string Purpose(string space)
    {
        Assert.True(Purposes.TryGetValue(space, out var purpose), $"{space} has public types: say what it is for");
        return purpose;
    }

    private static string Names(IEnumerable<string> types) =>
        string.Join(", ", types.Distinct().Order(StringComparer.Ordinal).Select(static type => $"`{type}`"));
}
