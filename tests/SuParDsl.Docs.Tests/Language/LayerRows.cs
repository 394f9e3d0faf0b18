using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Language;

namespace SuParDsl.Docs.Tests.Language;

/// <summary>
/// The tables of the built-in layers: the generator's own table, with the runtime's documentation of each layer.
/// </summary>
internal static class LayerRows
{
    public static string OfLayers(Examples examples) =>
        "| Layer | Maps | What it is | Example |\n|---|---|---|---|\n" + string.Concat(LayerTable.All.Select(layer =>
            $"| `{layer.Name}({string.Join(", ", layer.Parameters.Select(Parameter))})` | {Maps(layer)} | {About(layer)} | "
            + $"{examples.Of(layer.Name)} |\n"));

    public static string OfTensors() =>
        "| Layer | Tensor | Axes | Fan-in | Starts as | Can be sparse |\n|---|---|---|---|---|---|\n" + string.Concat(
        from layer in LayerTable.All
        from tensor in layer.Tensors
        select $"| `{layer.Name}` | `{tensor.Name}`{(tensor.OnlyIf is { } flag ? $" (if `{flag}`)" : string.Empty)} | "
            + $"{string.Join(" × ", tensor.Axes)} | "
            + $"{tensor.FanIn?.Replace("*", "·", StringComparison.Ordinal) ?? string.Empty} | {Start(tensor.Start)} "
            + $"| {(layer.IsMatrix && tensor.FanIn is not null ? "yes" : "no")} |\n");

    private static string Parameter(LayerParameter parameter) =>
        parameter.Kind == ArgumentKind.Sizes ? "params " + parameter.Name
        : parameter.Name + (parameter.Default is { } value ? " = " + value : string.Empty);

    private static string Maps(BuiltInLayer layer) =>
        RuntimeSymbols.Types[layer.Name].GetMembers("forward").FirstOrDefault() is { } forward
            ? RuntimeSymbols.Summary(forward).TrimEnd('.')
            : "a value";

    private static string About(BuiltInLayer layer) => RuntimeSymbols.Summary(RuntimeSymbols.Types[layer.Name]);

    private static string Start(TensorInitialization start) => start switch
    {
        TensorInitialization.Normal => "normal, the rule's deviation",
        TensorInitialization.Zeros => "0",
        TensorInitialization.Ones => "1",
        _ => throw new ArgumentOutOfRangeException(nameof(start), start, "no built-in layer starts so"),
    };
}
