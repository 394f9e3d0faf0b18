using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using SuParDsl.Kernels;

namespace SuParDsl;

/// <summary>
/// The processes that train one model together, each on its share of every batch. What this type does together must be called by
/// every rank, in the same order.
/// </summary>
public abstract class ProcessGroup : IDisposable
{
    private protected ProcessGroup(int rank, int count) => (Rank, Count) = (rank, count);

    /// <summary>One process alone.</summary>
    public static ProcessGroup Single { get; } = new SingleProcess();

    /// <summary>Which one this process is, from 0.</summary>
    public int Rank { get; }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>Which one this process is among those on its machine, from 0.</summary>
    public int LocalRank { get; private protected init; }

    /// <summary>This rank's share of the processors that it may run on.</summary>
    public int Processors { get; private protected init; } = Environment.ProcessorCount;

    /// <summary>Whether others may wait for something that this rank has given up: <see cref="Abort"/> is then the only way to end.</summary>
    public bool MustAbort { get; internal set; }

    /// <summary>Gathers some numbers of every rank, in the order of the ranks.</summary>
    /// <param name="values">This rank's; every rank gives equally many.</param>
    public double[][] Gather(params ReadOnlySpan<double> values)
    {
        var all = Gather(MemoryMarshal.AsBytes(values));
        var length = all.Length / Count;
        return [.. Enumerable.Range(0, Count).Select(rank => MemoryMarshal.Cast<byte, double>(all.AsSpan(rank * length, length)).ToArray())];
    }

    /// <summary>Gathers a text of every rank, in the order of the ranks.</summary>
    public ImmutableArray<string> Gather(string text)
    {
        var own = Encoding.UTF8.GetBytes(text);
        int[] lengths = [.. Gather((double)own.Length).Select(static length => (int)length[0])];
        var longest = lengths.Max();
        Array.Resize(ref own, longest);
        var all = Gather(own.AsSpan());
        return [.. lengths.Select((length, rank) => Encoding.UTF8.GetString(all, rank * longest, length))];
    }

    /// <summary>Sums numbers over the ranks: every rank has the same sums, to the last bit.</summary>
    public double[] Sum(params ReadOnlySpan<double> values)
    {
        var all = Gather(values);
        return [.. Enumerable.Range(0, values.Length).Select(i => all.Sum(rank => rank[i]))];
    }

    /// <summary>Makes sure that all ranks say the same of some things.</summary>
    /// <param name="things">What each thing is, as in "its masks", and what this rank says of it.</param>
    /// <exception cref="ProcessGroupException">They differ; the message names the first rank and thing that do. Every rank throws.</exception>
    public void RequireSame(params ReadOnlySpan<(string What, string Value)> things)
    {
        foreach (var (what, value) in things)
        {
            var all = Gather(value);
            var other = Enumerable.Range(0, Count).FirstOrDefault(rank => all[rank] != all[0]);
            if (other != 0)
            {
                throw new ProcessGroupException($"rank {other} differs from rank 0 in {what}: {all[other]} there, {all[0]} here; "
                    + "start every rank with the same program, options and files");
            }
        }
    }

    /// <summary>Has <see cref="Storage.Auto"/> choose alike on all ranks, by what rank 0 has measured: for before models are made.</summary>
    public void ShareStorageCost()
    {
        if (Count > 1)
        {
            var measured = Gather(Rank == 0 ? JsonSerializer.Serialize(StorageCost.ThisMachine()) : string.Empty)[0];
            StorageCost.Take(JsonSerializer.Deserialize<StorageCost>(measured)!);
        }
    }

    /// <summary>Ends every rank's process at once.</summary>
    /// <param name="code">The exit code.</param>
    public abstract void Abort(int code);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Whether <see cref="Sum(float*, long)"/> can read and write a GPU's memory.</summary>
    internal virtual bool IsCudaAware => false;

    /// <summary>Sums floats over the ranks, in place, and returns when that is done.</summary>
    internal abstract unsafe void Sum(float* values, long count);

    /// <summary>Begins to sum floats over the ranks, in place. The memory must stay until <see cref="Wait"/> has returned.</summary>
    internal abstract unsafe void StartSum(float* values, long count);

    /// <summary>Begins to copy one rank's floats to all others. The memory must stay until <see cref="Wait"/> has returned.</summary>
    internal abstract unsafe void StartBroadcast(float* values, long count, int root);

    /// <summary>Whether sums or copies have begun that were not waited for.</summary>
    internal abstract bool IsSumming { get; }

    /// <summary>Lets what has begun move on.</summary>
    internal abstract void Progress();

    /// <summary>Waits until every sum and copy that has begun is there.</summary>
    internal abstract void Wait();

    /// <summary>Gathers equally many bytes of every rank.</summary>
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
