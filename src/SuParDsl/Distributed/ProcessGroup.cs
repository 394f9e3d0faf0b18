using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using SuParDsl.Kernels;

namespace SuParDsl.Distributed;

/// <summary>
/// The processes that train one model together, each on its shard of every batch. Every rank must call the collective methods of
/// this type in the same order.
/// </summary>
public abstract class ProcessGroup : IDisposable
{
    private protected ProcessGroup(int rank, int count) => (Rank, Count) = (rank, count);

    /// <summary>A group with a single process.</summary>
    public static ProcessGroup Single { get; } = new SingleProcess();

    /// <summary>The index of this process in the group, from 0.</summary>
    public int Rank { get; }

    /// <summary>The number of processes in the group.</summary>
    public int Count { get; }

    /// <summary>The index of this process among those on its machine, from 0.</summary>
    public int LocalRank { get; private protected init; }

    /// <summary>
    /// The number of processors for this rank: those that it may run on, divided among the ranks that share them.
    /// </summary>
    public int Processors { get; private protected init; } = Environment.ProcessorCount;

    /// <summary>
    /// Whether this rank has failed during a collective call. Other ranks may then wait forever, so it must end with
    /// <see cref="Abort"/>.
    /// </summary>
    public bool MustAbort { get; internal set; }

    /// <summary>Gathers numbers from every rank, in the order of the ranks.</summary>
    /// <param name="values">This rank's numbers. Every rank must pass the same number of values.</param>
    public double[][] Gather(params ReadOnlySpan<double> values)
    {
        var all = Gather(MemoryMarshal.AsBytes(values));
        var length = all.Length / Count;
        return [.. Enumerable.Range(0, Count)
            .Select(rank => MemoryMarshal.Cast<byte, double>(all.AsSpan(rank * length, length)).ToArray())];
    }

    /// <summary>Gathers a string from every rank, in the order of the ranks.</summary>
    public ImmutableArray<string> Gather(string text)
    {
        var own = Encoding.UTF8.GetBytes(text);
        int[] lengths = [.. Gather((double)own.Length).Select(static length => (int)length[0])];
        var longest = lengths.Max();
        Array.Resize(ref own, longest);
        var all = Gather(own.AsSpan());
        return [.. lengths.Select((length, rank) => Encoding.UTF8.GetString(all, rank * longest, length))];
    }

    /// <summary>Sums numbers over the ranks. The sums are bitwise identical on every rank.</summary>
    public double[] Sum(params ReadOnlySpan<double> values)
    {
        var all = Gather(values);
        return [.. Enumerable.Range(0, values.Length).Select(i => all.Sum(rank => rank[i]))];
    }

    /// <summary>Throws if ranks have different values.</summary>
    /// <param name="things">A description of each value, such as "its masks", and the value on this rank.</param>
    /// <exception cref="ProcessGroupException">
    /// The values differ. The message names the first value and rank that differ. Every rank throws.
    /// </exception>
    public void RequireSame(params ReadOnlySpan<(string What, string Value)> things)
    {
        foreach (var (what, value) in things)
        {
            var all = Gather(value);
            var other = Enumerable.Range(0, Count).FirstOrDefault(rank => all[rank] != all[0]);
            if (other != 0)
            {
                throw new ProcessGroupException($"rank {other} differs from rank 0 in {what}: {all[other]} instead of {all[0]}; "
                    + "start every rank with the same program, options and files");
            }
        }
    }

    /// <summary>
    /// Makes all ranks multiply the matrices that <see cref="Storage.Auto"/> compresses by the same kernels, chosen by rank 0's
    /// measurement. Call it before creating models.
    /// </summary>
    public void ShareStorageCost()
    {
        if (Count > 1)
        {
            var measured = Gather(Rank == 0 ? JsonSerializer.Serialize(StorageCost.ThisMachine()) : string.Empty)[0];
            StorageCost.Take(JsonSerializer.Deserialize<StorageCost>(measured)!);
        }
    }

    /// <summary>Ends the processes of all ranks immediately.</summary>
    /// <param name="code">The exit code.</param>
    public abstract void Abort(int code);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Whether <see cref="Sum(float*, long)"/> can read and write a GPU's memory.</summary>
    internal virtual bool IsCudaAware => false;

    /// <summary>Sums floats over the ranks, in place, and returns when the sum is complete.</summary>
    internal abstract unsafe void Sum(float* values, long count);

    /// <summary>
    /// Starts to sum floats over the ranks, in place. The memory must stay valid until <see cref="Wait"/> returns.
    /// </summary>
    internal abstract unsafe void StartSum(float* values, long count);

    /// <summary>
    /// Starts to copy one rank's floats to all other ranks. The memory must stay valid until <see cref="Wait"/> returns.
    /// </summary>
    internal abstract unsafe void StartBroadcast(float* values, long count, int root);

    /// <summary>Whether started sums or copies have not been waited for.</summary>
    internal abstract bool IsSumming { get; }

    /// <summary>Lets started sums and copies make progress.</summary>
    internal abstract void Progress();

    /// <summary>Waits until all started sums and copies are complete.</summary>
    internal abstract void Wait();

    /// <summary>Gathers the same number of bytes from every rank.</summary>
    private protected abstract byte[] Gather(ReadOnlySpan<byte> own);

    private sealed class SingleProcess() : ProcessGroup(0, 1)
    {
        public override void Abort(int code) => Environment.Exit(code);

        public override void Dispose()
        {
        }

        internal override unsafe void Sum(float* values, long count)
        {
        }

        internal override unsafe void StartSum(float* values, long count)
        {
        }

        internal override unsafe void StartBroadcast(float* values, long count, int root)
        {
        }

        internal override bool IsSumming => false;

        internal override void Progress()
        {
        }

        internal override void Wait()
        {
        }

        private protected override byte[] Gather(ReadOnlySpan<byte> own) => own.ToArray();
    }
}
