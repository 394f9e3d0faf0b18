namespace SuParDsl;

/// <summary>Whether and how a sparse tensor's mask changes during training.</summary>
public enum SparsityMethod
{
    /// <summary>The mask does not change. The default.</summary>
    Static,

    /// <summary>
    /// Sparse evolutionary training (Mocanu et al., 2018): at each mask update the weights of smallest magnitude are dropped, and
    /// as many others, drawn at random, are grown and start at zero.
    /// </summary>
    Set,

    /// <summary>RigL (arXiv 1911.11134): like SET, but the weights with the largest gradients are grown.</summary>
    RigL,

    /// <summary>
    /// Gradual magnitude pruning (arXiv 1710.01878): the tensor starts dense, and at each mask update the weights of smallest
    /// magnitude are dropped until its density is reached.
    /// </summary>
    Gmp,
}
