namespace SuParDsl;

/// <summary>Groups of optimizers that share a learning-rate rule.</summary>
public enum OptimizerFamily
{
    /// <summary>Adam, AdamW and Lion: the size of a step does not depend on the gradient's magnitude.</summary>
    Adam,

    /// <summary>SGD: a step is proportional to the gradient.</summary>
    Sgd,

    /// <summary>Muon: updates of hidden matrices are orthogonalized.</summary>
    Muon,
}
