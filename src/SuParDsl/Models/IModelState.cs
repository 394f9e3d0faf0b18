using System.Collections.Immutable;
using SuParDsl.Sparsity;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// What the code that reads and writes a model's state needs of the model. It lets layers load and save the state of their model
/// without depending on <see cref="Model"/>, which depends on layers.
/// </summary>
internal interface IModelState
{
    /// <inheritdoc cref="Model.Tensors"/>
    ImmutableArray<ModelTensor> Tensors { get; }

    /// <inheritdoc cref="Model.Masks"/>
    IReadOnlyDictionary<string, WeightMask> Masks { get; }

    /// <inheritdoc cref="Model.Shares"/>
    IReadOnlyDictionary<string, double> Shares { get; }

    /// <inheritdoc cref="Model.MuTable"/>
    MuTable MuTable { get; }

    /// <inheritdoc cref="Model.RuleDensity"/>
    RuleDensity RuleDensity { get; }

    /// <summary>The name of the model's class.</summary>
    string GetName();

    /// <summary>The buffers by full name.</summary>
    IEnumerable<(string name, Tensor buffer)> named_buffers();

    /// <inheritdoc cref="Model.ParametersByName"/>
    Dictionary<string, Parameter> ParametersByName();

    /// <inheritdoc cref="Model.CompressedByName"/>
    Dictionary<string, ICompressible> CompressedByName();

    /// <inheritdoc cref="Model.DeclaredDensity"/>
    double DeclaredDensity(string name);

    /// <inheritdoc cref="Model.DensityUnder"/>
    double DensityUnder(ModelTensor tensor, WeightMask mask);

    /// <inheritdoc cref="Model.TableWith"/>
    MuTable TableWith(IReadOnlyDictionary<string, WeightMask> others, ImmutableDictionary<string, double> shares);

    /// <inheritdoc cref="Model.RequireMaskedZeros"/>
    void RequireMaskedZeros();

    /// <inheritdoc cref="Model.DenseWeight"/>
    Tensor DenseWeight(string name);

    /// <inheritdoc cref="Model.SetDenseWeight"/>
    void SetDenseWeight(string name, Tensor dense);

    /// <inheritdoc cref="Model.SetMasks"/>
    void SetMasks(IReadOnlyDictionary<string, WeightMask> masks);

    /// <inheritdoc cref="Model.SetShares"/>
    void SetShares(IReadOnlyDictionary<string, double> measured);
}
