using System.Globalization;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// Throws if sizes do not fit into the machine's memory, before it is full. All weights are dense while a model is built.
/// </summary>
internal static class MemoryGuard
{
    private const double FloatBytes = 4;

    // A block without weights still consists of objects.
    private const double ObjectBytes = 1024;

    // For smaller parameters, querying the system costs more than allocating.
    private const double Small = 64 << 20;

    /// <summary>Throws if the blocks of a Repeat do not fit into memory.</summary>
    /// <param name="first">The first block.</param>
    /// <param name="count">The number of blocks.</param>
    /// <param name="owner">The Repeat, as the message names it.</param>
    /// <exception cref="SizeException">The blocks do not fit.</exception>
    public static void Repeated(nn.Module first, int count, string owner) =>
        Require(
            count * (ObjectBytes + (FloatBytes * first.parameters().Sum(static p => (double)p.numel()))),
            $"{owner} with count {count}");

    /// <summary>Throws if a parameter does not fit into memory in addition to the memory that the process already uses.</summary>
    /// <exception cref="SizeException">The parameter does not fit.</exception>
    public static void Parameter(long[] shape)
    {
        var bytes = shape.Aggregate(FloatBytes, static (product, size) => product * size);
        if (bytes > Small)
        {
            Require(Environment.WorkingSet + bytes, $"a model with a parameter of shape {string.Join('×', shape)}");
        }
    }

    private static void Require(double bytes, string owner)
    {
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (available > 0 && bytes > available)
        {
            throw new SizeException(string.Create(
                CultureInfo.InvariantCulture,
                $"{owner} needs more than {bytes / 1e9:G3} GB of memory for its weights alone, "
                + $"and this machine has {available / 1e9:G3} GB: ask for smaller sizes"));
        }
    }
}
