namespace SuParDsl.Generators.Model;

/// <summary>
/// Everything that one emitted file says, as values without symbols and syntax: equal models give equal files. Only the user's
/// expressions and names are C# text; the emitters write what surrounds them.
/// </summary>
/// <param name="HintName">The file's name.</param>
/// <param name="Type">The class's full metadata name.</param>
/// <param name="Namespace">The namespace; empty for the global one.</param>
/// <param name="Containers">The types around it, outermost first.</param>
/// <param name="Name">The class's name as an identifier.</param>
/// <param name="TypeParameters">Its type parameters with brackets; empty where there are none.</param>
/// <param name="Kind">Model or block.</param>
/// <param name="IsStub">Whether errors leave only what the user's half needs to compile.</param>
/// <param name="ChainsToPrimary">Whether a primary constructor exists for the emitted one to call.</param>
/// <param name="HasForward">Whether the user wrote <c>forward</c>.</param>
/// <param name="Summary">The class's summary; null where the user wrote one.</param>
/// <param name="Remarks">The class's remarks; null where the user wrote some.</param>
/// <param name="Forward">
/// The lowered flow; null where the user wrote <c>forward</c>. It stands before the lists: most keystrokes change it, and
/// models are compared in this order.
/// </param>
/// <param name="Mixing">What keeps it from running with a key-value cache; null for nothing.</param>
/// <param name="Parameters">The primary constructor's parameters, with those of a record of sizes in place of the record.</param>
/// <param name="Arguments">The primary constructor's own parameters, as identifiers.</param>
/// <param name="Unread">Those that only a stub would leave unread.</param>
/// <param name="Guards">The checks at run time.</param>
/// <param name="Layers">The layers in their order.</param>
/// <param name="PartialLayers">The layers whose properties are declared <c>partial</c>.</param>
/// <param name="Signature">The inputs and outputs of its <c>forward</c>.</param>
/// <param name="Root">What only a model declares.</param>
/// <param name="Cover">What a class-level attribute states about the density of the class's tensors; null if nothing.</param>
/// <param name="HeadSizes">The head sizes of its attention, as extents.</param>
/// <param name="PlaceName">The name of the class's place in <c>Declare</c>.</param>
/// <param name="RepeatedName">The name that <c>Declare</c> gives to one block of a Repeat or an Experts.</param>
/// <param name="Calls">The methods of the base class that it calls.</param>
/// <param name="Table">The table of tensors.</param>
internal sealed record DeclarationModel(
    string HintName,
    string Type,
    string Namespace,
    EquatableArray<ContainerModel> Containers,
    string Name,
    string TypeParameters,
    DeclarationKind Kind,
    bool IsStub,
    bool ChainsToPrimary,
    bool HasForward,
    string? Summary,
    string? Remarks,
    ForwardModel? Forward,
    PositionMixing? Mixing,
    EquatableArray<ParameterModel> Parameters,
    EquatableArray<string> Arguments,
    EquatableArray<string> Unread,
    EquatableArray<GuardModel> Guards,
    EquatableArray<LayerModel> Layers,
    EquatableArray<PartialLayerModel> PartialLayers,
    SignatureModel Signature,
    RootModel? Root,
    CoverModel? Cover,
    EquatableArray<ExtentModel> HeadSizes,
    string PlaceName,
    string RepeatedName,
    BaseCalls Calls,
    EquatableArray<TableRow> Table);
