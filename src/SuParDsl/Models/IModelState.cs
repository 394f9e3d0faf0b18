using System.Collections.Immutable;
using SuParDsl.Sparsity;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// What the code that reads and writes a model's state needs of the model. It lets layers load and save the state of their model
/// without depending on <see cref="ModelCore"/>, which depends on layers.
/// </summary>
internal interface IModelState
{
    /// <inheritdoc cref="IModel.Tensors"/>
    ImmutableArray<ModelTensor> Tensors { get; }

    /// <inheritdoc cref="IModel.Masks"/>
    IReadOnlyDictionary<string, WeightMask> Masks { get; }

    /// <inheritdoc cref="IModel.Shares"/>
    IReadOnlyDictionary<string, double> Shares { get; }

    /// <inheritdoc cref="IModel.MuTable"/>
    MuTable MuTable { get; }

    /// <inheritdoc cref="ModelCore.RuleDensity"/>
    RuleDensity RuleDensity { get; }

    /// <summary>The name of the model's class.</summary>
    string GetName();

    /// <summary>The buffers by full name.</summary>
    IEnumerable<(string name, Tensor buffer)> named_buffers();

    /// <inheritdoc cref="ModelCore.ParametersByName"/>
    Dictionary<string, Parameter> ParametersByName();

    /// <inheritdoc cref="ModelCore.CompressedByName"/>
    Dictionary<string, ICompressible> CompressedByName();

    /// <inheritdoc cref="ModelCore.DeclaredDensity"/>
    double DeclaredDensity(string name);

    /// <inheritdoc cref="ModelCore.DensityUnder"/>
    double DensityUnder(ModelTensor tensor, WeightMask mask);

    /// <inheritdoc cref="ModelCore.TableWith"/>
    MuTable TableWith(IReadOnlyDictionary<string, WeightMask> others, ImmutableDictionary<string, double> shares);

    /// <inheritdoc cref="ModelCore.RequireMaskedZeros"/>
    void RequireMaskedZeros();

    /// <inheritdoc cref="IModel.DenseWeight"/>
    Tensor DenseWeight(string name);

    /// <inheritdoc cref="IModel.SetDenseWeight"/>
    void SetDenseWeight(string name, Tensor dense);

    /// <inheritdoc cref="IModel.SetMasks"/>
    void SetMasks(IReadOnlyDictionary<string, WeightMask> masks);

    /// <inheritdoc cref="ModelCore.SetShares"/>
    void SetShares(IReadOnlyDictionary<string, double> measured);
}
