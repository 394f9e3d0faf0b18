namespace SuParDsl.Generators.Model;

/// <summary>What a class's <c>forward</c> takes and gives.</summary>
/// <param name="Inputs">The names of its inputs.</param>
/// <param name="Outputs">How many tensors it gives; more than one as a tuple.</param>
internal sealed record SignatureModel(EquatableArray<string> Inputs, int Outputs);
