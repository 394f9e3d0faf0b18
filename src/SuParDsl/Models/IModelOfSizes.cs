using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>The interface of every emitted model: it can be built from a record of sizes, and describes that record.</summary>
/// <typeparam name="TSelf">The model.</typeparam>
/// <typeparam name="TSize">Its record of sizes.</typeparam>
public interface IModel<TSelf, TSize> : IModel
    where TSelf : nn.Module, IModel<TSelf, TSize>
    where TSize : notnull
{
    /// <summary>The sizes of the record: their names, types and uses, and how they are read and replaced.</summary>
    static abstract SizeList<TSize> Sizes { get; }

    /// <summary>Builds and initialises a model.</summary>
    /// <param name="size">Its sizes, densities and rule.</param>
    /// <param name="seed">The seed of its weights and masks.</param>
    /// <exception cref="SizeException">A size, density or multiplier is outside its range.</exception>
    static abstract TSelf Create(TSize size, long seed);
}
