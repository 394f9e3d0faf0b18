namespace SuParDsl.Generators.Model;

/// <summary>The <c>TensorOptions</c> that the attributes on a layer state.</summary>
/// <param name="Sparsity">The density of its weight; null if no attribute states one.</param>
/// <param name="Gain">The factor on its initial standard deviation, as C#; null for 1.</param>
/// <param name="Start">The values that its weight starts with; null for those of the layer.</param>
/// <param name="LrScale">The factor on its learning rate; null for 1.</param>
/// <param name="NoDecay">Whether its weight has no weight decay.</param>
internal sealed record LayerOptionsModel(
    SparsityModel? Sparsity, string? Gain, TensorInitialization? Start, double? LrScale, bool NoDecay)
{
    /// <summary>Options that state nothing.</summary>
    public static LayerOptionsModel None { get; } = new(null, null, null, null, NoDecay: false);
}
