namespace SuParDsl;

/// <summary>Whether and how a sparse tensor's mask moves while it trains.</summary>
public enum SparsityMethod
{
    /// <summary>The mask that was drawn stays. The default.</summary>
    Static,

    /// <summary>
    /// Sparse evolutionary training (Mocanu et al., 2018): at each update the smallest weights are dropped and as many others,
    /// drawn at random, begin at zero.
    /// </summary>
    Set,

    /// <summary>RigL (arXiv 1911.11134): as SET, but those begin whose gradient is the largest.</summary>
    RigL,

    /// <summary>
    /// Gradual magnitude pruning (arXiv 1710.01878): the tensor begins dense, and at each update the smallest weights are dropped
    /// until its density is reached.
    /// </summary>
    Gmp,
}
