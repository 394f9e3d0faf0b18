using System.Globalization;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>Refuses sizes that the machine's memory cannot hold while nothing is filled yet. Its bounds are low: what it refuses is hopeless.</summary>
internal static class MemoryGuard
{
    private const double FloatBytes = 4;
    private const double IndexBytes = 4;
    private const double MaskBytes = 1 / 8.0;

    // A block without weights is still some objects.
    private const double ObjectBytes = 1024;

    /// <summary>A repeated block must fit as often as asked.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many there are to be.</param>
    /// <param name="owner">What repeats it.</param>
    /// <exception cref="SizeException">They do not.</exception>
    public static void Repeated(nn.Module first, int count, string owner) =>
        // Its weights may yet become sparse, but not its masks.
        Require(count * (ObjectBytes + (MaskBytes * first.parameters().Sum(static p => (double)p.numel()))), $"{owner} with count {count}");

    /// <summary>A model's weights must fit, the sparse ones in whichever storage is smaller.</summary>
    /// <param name="tensors">Its tensors.</param>
    /// <param name="owner">Its name.</param>
    /// <exception cref="SizeException">They do not.</exception>
    public static void Weights(IEnumerable<ModelTensor> tensors, string owner) => Require(
        tensors.Sum(static tensor => tensor.Count * (tensor.IsSparse
            ? MaskBytes + Math.Min(FloatBytes, (FloatBytes + IndexBytes) * tensor.Density.Value)
            : FloatBytes)),
        owner);

    private static void Require(double bytes, string owner)
    {
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (available > 0 && bytes > available)
        {
            throw new SizeException(string.Create(
                CultureInfo.InvariantCulture,
                $"{owner} needs more than {bytes / 1e9:G3} GB of memory for its weights alone, and this machine has {available / 1e9:G3} GB: ask for smaller sizes"));
        }
    }
}
