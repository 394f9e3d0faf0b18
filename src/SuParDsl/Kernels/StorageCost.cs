using System.Diagnostics;
using System.Globalization;
using System.Runtime.Intrinsics;
using System.Text.Json;
using SuParDsl.Engine;
using SuParDsl.Sparsity;
using static TorchSharp.torch;

namespace SuParDsl.Kernels;

/// <summary>
/// The cost of a compressed layer's products on this machine, dense and sparse, for a forward pass and both gradients. It is
/// measured once per machine and number of threads, and cached in the user's cache folder. It chooses kernels and never the
/// storage, see <see cref="StorageRule"/>.
/// </summary>
/// <param name="Dense">Dense products: seconds per multiply-add.</param>
/// <param name="Kept">Sparse products: seconds per example and kept weight.</param>
/// <param name="Feature">Sparse products: seconds per example and input or output.</param>
internal sealed record StorageCost(double Dense, double Kept, double Feature)
{
    /// <summary>
    /// Dense products must take less than this fraction of the sparse time, because they also write a temporary matrix and
    /// because measurements vary.
    /// </summary>
    private const double Margin = 0.9;

    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, StorageCost> Known = [];

    private static volatile StorageCost? taken;

    // Overrides the measured cost on this thread, so that tests do not depend on how busy the machine is.
    [ThreadStatic]
    private static StorageCost? assumed;

    /// <summary>Uses a given cost on this thread until the result is disposed. For tests.</summary>
    internal static IDisposable Assume(StorageCost cost)
    {
        assumed = cost;
        return new Assumption();
    }

    /// <summary>Whether dense products are expected to be faster for a compressed matrix on this machine.</summary>
    public static bool PrefersDense(WeightMask mask) =>
        (assumed ?? ThisMachine()).PrefersDense(mask.Shape[0], mask.Shape[1], mask.Kept);

    /// <summary>Whether dense products are expected to be faster for a compressed matrix of a given size.</summary>
    public bool PrefersDense(double rows, double columns, double kept) =>
        Dense * rows * columns < Margin * ((Kept * kept) + (Feature * (rows + columns)));

    /// <summary>Uses another process's cost from now on, regardless of the number of threads.</summary>
    public static void Take(StorageCost cost) => taken = cost;

    /// <summary>
    /// The cost passed to <see cref="Take"/>, or else the measured cost on this machine with the engine's number of threads.
    /// </summary>
    public static StorageCost ThisMachine()
    {
        if (taken is { } other)
        {
            return other;
        }

        var key = Key();
        lock (Gate)
        {
            if (!Known.TryGetValue(key, out var cost))
            {
                var file = CacheFile();
                var kept = Read(file);
                if (!kept.TryGetValue(key, out cost))
                {
                    kept[key] = cost = Measure();
                    Write(file, kept);
                }

                Known[key] = cost;
            }

            return cost;
        }
    }

    private static string Key() =>
        string.Create(
            CultureInfo.InvariantCulture, $"{Processor()}, {Vector512.IsHardwareAccelerated}, {get_num_threads()} threads");

    // The batch size is typical of training. Measuring at two densities separates the cost of kept weights from that of features.
    private static unsafe StorageCost Measure()
    {
        const int Batch = 512, Size = 768;
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        Tensor x = ones(Batch, Size), y = ones(Batch, Size), w = ones(Size, Size);
        var dense = Fastest(() =>
        {
            using var step = NewDisposeScope();
            _ = x.mm(w.t());
            _ = y.mm(w);
            _ = y.t().mm(x);
        });
        var (few, fewTime) = Compressed(1.0 / 64);
        var (many, manyTime) = Compressed(1.0 / 8);
        var slope = Math.Max(0, (manyTime - fewTime) / (many - few));
        return new(
            dense / ((double)Batch * Size * Size), slope / Batch, Math.Max(0, fewTime - (slope * few)) / (Batch * 2.0 * Size));

        (double Kept, double Seconds) Compressed(double density)
        {
            var pattern = SparsePattern.Of(MaskDraw.Draw(Mask.Exact, [Size, Size], density, 0, nameof(StorageCost)));
            Tensor values = ones(pattern.Count), gradient = ones(pattern.Count);
            Tensor dx = ones(Batch, Size), output = ones(Batch, Size);
            SparseStage[] stages =
            [
                new(pattern, TensorMemory.FloatsOf(values), null) { ValueGradient = TensorMemory.FloatsOf(gradient) },
            ];
            var threads = get_num_threads();
            var (px, py) = ((nint)TensorMemory.FloatsOf(x), (nint)TensorMemory.FloatsOf(y));
            var (pdx, pout) = ((nint)TensorMemory.FloatsOf(dx), (nint)TensorMemory.FloatsOf(output));
            var time = Fastest(() =>
            {
                SparseKernels.Best.Forward(stages, (float*)px, (float*)pout, Batch, threads);
                SparseKernels.Best.Backward(stages, (float*)px, (float*)py, (float*)pdx, Batch, threads);
            });
            GC.KeepAlive(scope);
            return (pattern.Count, time);
        }
    }

    private static double Fastest(Action action)
    {
        const int Rounds = 6;
        var fastest = double.PositiveInfinity;
        for (var round = 0; round < Rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            action();
            fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return fastest;
    }

    private static string Processor()
    {
        try
        {
            return File.ReadLines("/proc/cpuinfo")
                .FirstOrDefault(static line => line.StartsWith("model name", StringComparison.Ordinal))
                ?.Split(':', 2)[1].Trim() ?? Fallback();
        }
        catch (IOException)
        {
            return Fallback();
        }

        static string Fallback() => $"{Environment.MachineName}, {Environment.ProcessorCount} processors";
    }

    private static string CacheFile()
    {
        var folder = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(folder, "supardsl", "storage-cost.json");
    }

    private static Dictionary<string, StorageCost> Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, StorageCost>>(File.ReadAllText(file)) ?? [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            // There is no usable cache, so the cost is measured again.
            return [];
        }
    }

    private static void Write(string file, Dictionary<string, StorageCost> costs)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            var temporary = $"{file}.{Environment.ProcessId}";
            File.WriteAllText(temporary, JsonSerializer.Serialize(costs));
            File.Move(temporary, file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The cache cannot be written, so the next process measures again.
        }
    }

    private sealed class Assumption : IDisposable
    {
        public void Dispose() => assumed = null;
    }
}
