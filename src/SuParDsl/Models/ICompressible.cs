using SuParDsl.Kernels;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>A layer whose matrix can be stored as its kept weights alone. A model reaches such layers through this, so that it names none.</summary>
internal interface ICompressible
{
    /// <summary>The full name of the matrix; empty outside a model.</summary>
    string WeightName { get; }

    /// <summary>Where the kept weights are; null where the storage is masked.</summary>
    CompressedWeight? Compressed { get; }

    /// <summary>The dense matrix, zero where weights are masked.</summary>
    Tensor Dense();

    /// <summary>Stores the weights as asked, given the mask that they have; their values stay.</summary>
    void Store(Storage storage, WeightMask mask);
}
