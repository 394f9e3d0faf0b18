namespace SuParDsl.Generators.Model;

/// <summary>The inputs and outputs of a class's <c>forward</c>.</summary>
/// <param name="Inputs">The names of its inputs.</param>
/// <param name="Outputs">The number of tensors that it returns. Several are returned as a tuple.</param>
internal sealed record SignatureModel(EquatableArray<string> Inputs, int Outputs)
{
    /// <summary>Whether it takes one tensor and returns one.</summary>
    public bool IsPlain => Inputs.Count == 1 && Outputs == 1;
}
