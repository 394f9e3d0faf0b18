using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace SuParDsl.Engine;

/// <summary>How fast libtorch multiplies matrices on the CPU.</summary>
/// <param name="Threads">The number of threads that it uses.</param>
/// <param name="GigaFlops">Billions of floating-point operations per second in a 1024³ float32 product.</param>
public sealed record EngineSpeed(int Threads, double GigaFlops)
{
    /// <summary>Measures products for a fifth of a second and returns the speed of the fastest.</summary>
    /// <exception cref="EngineException">The engine cannot be loaded.</exception>
    public static EngineSpeed Measure()
    {
        const int Size = 1024;
        NativeEngine.Load();
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var (a, b) = (rand(Size, Size), rand(Size, Size));
        mm(a, b).Dispose();
        var best = double.PositiveInfinity;
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started).TotalSeconds < 0.2;)
        {
            var watch = Stopwatch.StartNew();
            mm(a, b).Dispose();
            best = Math.Min(best, watch.Elapsed.TotalSeconds);
        }

        return new(get_num_threads(), 2.0 * Size * Size * Size / best / 1e9);
    }
}
