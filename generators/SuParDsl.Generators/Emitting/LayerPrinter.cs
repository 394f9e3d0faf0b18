using SuParDsl.Generators.Model;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Emitting;

/// <summary>Prints the statement of <c>Declare</c> that declares the tensors of a layer.</summary>
internal static class LayerPrinter
{
    public static string Print(LayerModel layer, DeclarationModel model)
    {
        var place = $"{model.PlaceName}.Child(\"{layer.Name}\"){Cover(layer.Cover)}";
        var arguments = string.Concat(Arguments(layer.Tensors, model).Select(static argument => ", " + argument));

        // The scope itself declares the tensors of layers that are not the library's.
        return layer.Tensors switch
        {
            LayerTensors.External => $"{place}.Foreign({layer.Identifier}{arguments});",
            LayerTensors.Contract => $"{place}.Stated({layer.Identifier}{arguments});",
            _ => $"{layer.Identifier}.Declare({place}{arguments});",
        };
    }

    /// <summary>The call on a place that makes what is inside sparse or dense; nothing without a cover.</summary>
    public static string Cover(CoverModel? cover) => cover switch
    {
        null => string.Empty,
        CoverModel.Dense => ".Dense()",
        CoverModel.Sparse { Sparsity: var sparsity } =>
            ".Sparse(" + ValuePrinter.Print(sparsity.Density)
                + ValuePrinter.Optional("mask", sparsity.Mask)
                + ValuePrinter.Optional("distribution", sparsity.Distribution)
                + ValuePrinter.Optional("method", sparsity.Method)
                + ValuePrinter.Optional("storage", sparsity.Storage) + ")",
        _ => throw new InvalidOperationException($"{cover.GetType().Name} cannot be printed"),
    };

    private static IEnumerable<string> Arguments(LayerTensors tensors, DeclarationModel model) => tensors switch
    {
        LayerTensors.BuiltIn layer =>
            [.. layer.Sizes.Select(ValuePrinter.Print), .. When(layer.IsTied, "tied: true"), .. Options(layer.Options)],
        LayerTensors.Weight { Fan: var fan } weight =>
        [
            List(weight.Axes),
            .. When(fan is not null, $"fanIn: {Rational.Text(fan?.In ?? 0)}, fanOut: {Rational.Text(fan?.Out ?? 0)}"),
            .. Options(weight.Options),
        ],
        LayerTensors.Contract contract => [.. contract.Tensors.SelectMany(Tensor), .. Options(contract.Options)],
        LayerTensors.External external =>
            [external.In, external.Out, $"{EmittedNames.Library}Role.{external.Role}", .. Options(external.Options)],
        LayerTensors.Block block => Arguments(block),
        LayerTensors.Repeat repeat => [ValuePrinter.Print(repeat.Count), Lambda(repeat.Repeated, repeat.Index, model)],
        LayerTensors.Experts experts =>
            [ValuePrinter.Print(experts.Count), ValuePrinter.Print(experts.Width), Lambda(experts.Expert, index: null, model)],
        _ => throw new InvalidOperationException($"{tensors.GetType().Name} cannot be printed"),
    };

    private static IEnumerable<string> Arguments(LayerTensors.Block block) => block.Arguments.Select(static argument =>
        argument.Density is { } density ? ValuePrinter.Print(density) : ValuePrinter.Print(argument.Size!));

    /// <summary>The declaration of one block of a Repeat or an Experts.</summary>
    private static string Lambda(LayerTensors.Block repeated, string? index, DeclarationModel model)
    {
        var (block, place) = (Apart(model.RepeatedName), Apart(model.PlaceName));
        var last = index is null ? string.Empty : $", {index}";
        return $"({block}, {place}{last}) => {block}.Declare({string.Join(", ", Arguments(repeated).Prepend(place))})";

        string Apart(string own) => own == index ? own + "_" : own;
    }

    private static IEnumerable<string> Tensor(ContractTensor tensor) =>
    [
        $"{tensor.Name}: {List(tensor.Axes)}",
        .. tensor.FanIn is { } fanIn
            ? [$"fanIn: {ValuePrinter.Print(fanIn)}, fanOut: {ValuePrinter.Print(tensor.FanOut)}"]
            : Array.Empty<string>(),
    ];

    private static IEnumerable<string> Options(LayerOptionsModel options)
    {
        if (options == LayerOptionsModel.None)
        {
            return [];
        }

        string?[] all =
        [
            Set("Density", options.Sparsity is { Density: var density } ? ValuePrinter.Print(density) : null),
            Set("Mask", Print(options.Sparsity?.Mask)),
            Set("Method", Print(options.Sparsity?.Method)),
            Set("Storage", Print(options.Sparsity?.Storage)),
            Set("Gain", options.Gain),
            Set("Init", options.Start is { } start ? $"{EmittedNames.Library}Init.{start}" : null),
            Set("LrScale", options.LrScale is { } scale ? NumberText.Literal(scale) : null),
            Set("NoDecay", options.NoDecay ? "true" : null),
        ];
        return [$"options: new() {{ {string.Join(", ", all.Where(static option => option is not null))} }}"];

        static string? Set(string name, string? value) => value is null ? null : $"{name} = {value}";

        static string? Print(LibraryEnum? value) => value is null ? null : ValuePrinter.Print(value);
    }

    private static string List(EquatableArray<ExtentModel> sizes) => $"[{string.Join(", ", sizes.Select(ValuePrinter.Print))}]";

    private static string[] When(bool condition, string text) => condition ? [text] : [];
}
