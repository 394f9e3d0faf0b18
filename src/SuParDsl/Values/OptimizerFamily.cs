namespace SuParDsl;

/// <summary>Optimizers that share a rule for their learning rates.</summary>
public enum OptimizerFamily
{
    /// <summary>Adam, AdamW, Lion: steps of a size that does not depend on the gradient's.</summary>
    Adam,

    /// <summary>SGD: steps in proportion to the gradient.</summary>
    Sgd,

    /// <summary>Muon: orthogonal updates of hidden matrices.</summary>
    Muon,
}
