using System.Collections.Immutable;
using SuParDsl.Sparsity;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <content>The members by which the code of <see cref="ModuleState"/> and of checkpoints reads and writes a model.</content>
public abstract partial class Model : IModelState
{
    RuleDensity IModelState.RuleDensity => RuleDensity;

    IEnumerable<(string name, Tensor buffer)> IModelState.named_buffers() => named_buffers();

    Dictionary<string, Parameter> IModelState.ParametersByName() => ParametersByName();

    Dictionary<string, ICompressible> IModelState.CompressedByName() => CompressedByName();

    double IModelState.DeclaredDensity(string name) => DeclaredDensity(name);

    double IModelState.DensityUnder(ModelTensor tensor, WeightMask mask) => DensityUnder(tensor, mask);

    MuTable IModelState.TableWith(
        IReadOnlyDictionary<string, WeightMask> others, ImmutableDictionary<string, double> shares) => TableWith(others, shares);

    void IModelState.RequireMaskedZeros() => RequireMaskedZeros();

    void IModelState.SetShares(IReadOnlyDictionary<string, double> measured) => SetShares(measured);
}
