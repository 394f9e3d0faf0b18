using SuParDsl.Kernels;
using SuParDsl.Sparsity;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// A layer whose matrix can be stored as its kept weights only. With this interface a model does not depend on the layer's type.
/// </summary>
internal interface ICompressible
{
    /// <summary>The full name of the matrix; empty outside a model.</summary>
    string WeightName { get; }

    /// <summary>The positions of the kept weights; null if the storage is masked.</summary>
    CompressedWeight? Compressed { get; }

    /// <summary>The dense matrix, with masked weights as zeros.</summary>
    Tensor Dense();

    /// <summary>Stores the weights in the given storage, given their mask. Their values do not change.</summary>
    void Store(Storage storage, WeightMask mask);
}
