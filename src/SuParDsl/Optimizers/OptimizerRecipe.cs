using System.Collections.Immutable;

namespace SuParDsl.Optimizers;

/// <summary>How an optimizer makes its state, whatever the model's masks and storage are.</summary>
/// <param name="Model">The model.</param>
/// <param name="LossScale">The factor on the loss for half precision; null if none is used.</param>
/// <param name="Groups">The groups of the model's tensors with the multipliers that they have now.</param>
/// <param name="CreateBackend">Creates the backend over parameters and groups.</param>
internal sealed record OptimizerRecipe(
    IModel Model, LossScale? LossScale, Func<ImmutableArray<MuGroup>> Groups,
    Func<OptimizerParameters, ImmutableArray<MuGroup>, OptimizerBackend> CreateBackend);
