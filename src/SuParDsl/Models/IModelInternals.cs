using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using SuParDsl.Sparsity;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>What the base classes of models have in common beyond <see cref="IModel"/>, for the library itself.</summary>
internal interface IModelInternals
{
    /// <summary>The model's tensors, masks and weights.</summary>
    ModelCore Core { get; }

    /// <summary>The seed that the constructor draws from.</summary>
    long FirstSeed { set; }

    /// <summary>Observes what the flow returns, until the result is called.</summary>
    Action Watch(Action<ImmutableArray<Tensor>> see);

    /// <summary>The tensors of a flow's result, which is one tensor or a tuple.</summary>
    static ImmutableArray<Tensor> Parts(object result) => result is ITuple tuple
        ? [.. Enumerable.Range(0, tuple.Length).Select(index => (Tensor)tuple[index]!)]
        : [(Tensor)result];
}

/// <summary>The members of <see cref="ModelCore"/> that the library reads of a model.</summary>
internal static class ModelInternals
{
    extension(IModel model)
    {
        /// <summary>The model's tensors, masks and weights.</summary>
        /// <exception cref="ArgumentException">The model has none of the library's base classes.</exception>
        internal ModelCore Core => (model as IModelInternals ?? throw new ArgumentException(
            $"{model.GetType().Name} implements {nameof(IModel)}, but only a class that is marked [Model] is a model")).Core;

        /// <inheritdoc cref="ModelCore.RuleDensity"/>
        internal RuleDensity RuleDensity => model.Core.RuleDensity;

        /// <inheritdoc cref="ModelCore.MasksVersion"/>
        internal int MasksVersion => model.Core.MasksVersion;

        /// <inheritdoc cref="ModelCore.KeepsDense"/>
        internal bool KeepsDense => model.Core.KeepsDense;

        /// <inheritdoc cref="ModelCore.KeepDense"/>
        internal void KeepDense(bool dense) => model.Core.KeepDense(dense);

        /// <inheritdoc cref="ModelCore.ParametersByName"/>
        internal Dictionary<string, Parameter> ParametersByName() => model.Core.ParametersByName();

        /// <inheritdoc cref="ModelCore.CompressedByName"/>
        internal Dictionary<string, ICompressible> CompressedByName() => model.Core.CompressedByName();

        /// <inheritdoc cref="ModelCore.RequireMaskedZeros"/>
        internal void RequireMaskedZeros() => model.Core.RequireMaskedZeros();

        /// <inheritdoc cref="ModelCore.DeclaredDensity"/>
        internal double DeclaredDensity(string name) => model.Core.DeclaredDensity(name);

        /// <inheritdoc cref="ModelCore.DensityUnder"/>
        internal double DensityUnder(ModelTensor tensor, WeightMask mask) => model.Core.DensityUnder(tensor, mask);

        /// <inheritdoc cref="ModelCore.TableWith"/>
        internal MuTable TableWith(
            IReadOnlyDictionary<string, WeightMask> others, ImmutableDictionary<string, double> shares) =>
            model.Core.TableWith(others, shares);

        /// <inheritdoc cref="ModelCore.SetShares"/>
        internal void SetShares(IReadOnlyDictionary<string, double> measured) => model.Core.SetShares(measured);
    }
}
