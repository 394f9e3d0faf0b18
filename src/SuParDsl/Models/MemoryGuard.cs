using System.Globalization;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>Refuses sizes that the machine's memory cannot hold before they fill it. Every weight is dense while a model is built.</summary>
internal static class MemoryGuard
{
    private const double FloatBytes = 4;

    // A block without weights is still some objects.
    private const double ObjectBytes = 1024;

    // Asking the system costs more than filling less than this.
    private const double Small = 64 << 20;

    /// <summary>A repeated block must fit as often as asked.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many there are to be.</param>
    /// <param name="owner">What repeats it.</param>
    /// <exception cref="SizeException">They do not fit.</exception>
    public static void Repeated(nn.Module first, int count, string owner) =>
        Require(count * (ObjectBytes + (FloatBytes * first.parameters().Sum(static p => (double)p.numel()))), $"{owner} with count {count}");

    /// <summary>A parameter must fit beside what the process holds.</summary>
    /// <exception cref="SizeException">It does not.</exception>
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
