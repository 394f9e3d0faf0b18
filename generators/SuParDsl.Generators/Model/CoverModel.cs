namespace SuParDsl.Generators.Model;

/// <summary>What an attribute states about the density of all tensors at a place in a model.</summary>
internal abstract record CoverModel
{
    /// <summary><c>[Sparse]</c>: hidden matrices are sparse.</summary>
    public sealed record Sparse(SparsityModel Sparsity) : CoverModel;

    /// <summary><c>[Dense]</c>: a <c>[Sparse]</c> further out does not apply.</summary>
    public sealed record Dense : CoverModel;
}

/// <summary>The arguments of a <c>[Sparse]</c>; null stands for the default.</summary>
/// <param name="Density">The density.</param>
/// <param name="Mask">The kind of the mask.</param>
/// <param name="Distribution">How the density is distributed over layers.</param>
/// <param name="Method">The method that changes the mask during training.</param>
/// <param name="Storage">How the weights are stored.</param>
internal sealed record SparsityModel(
    DensityModel Density, LibraryEnum? Mask, LibraryEnum? Distribution, LibraryEnum? Method, LibraryEnum? Storage);
