namespace SuParDsl.Generators.Model;

/// <summary>What only a model's <c>Declare</c> has.</summary>
/// <param name="Rule">The rule, as C#; null for the default rule, SµPar.</param>
/// <param name="InitStd">The base initial standard deviation, as C#; null for the default.</param>
/// <param name="DepthAlpha">CompleteP's α; null for the default, 1.</param>
/// <param name="Attention">How attention scales its logits; null for the default.</param>
/// <param name="RuleDensity">The density that the rule sees; null for the default.</param>
/// <param name="Multipliers">The flow's multipliers.</param>
/// <param name="Sizes">The sizes that the model describes, in the order of the record.</param>
/// <param name="RecordType">The user's own record of sizes; null where one is emitted.</param>
internal sealed record RootModel(
    string? Rule, string? InitStd, double? DepthAlpha, LibraryEnum? Attention, LibraryEnum? RuleDensity,
    EquatableArray<MultiplierModel> Multipliers, EquatableArray<SizeModel> Sizes, string? RecordType);

/// <summary>A multiplier of the flow.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Code">Its value, as C#.</param>
internal sealed record MultiplierModel(string Name, string Code);
