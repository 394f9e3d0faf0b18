using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// Averages a model's gradients over ranks, each of which has gone through its share of a batch. Gradients lie in flat buckets; a
/// bucket travels while the backward pass goes on, as soon as everything in it is final. Of sparse tensors only live weights
/// travel, in both storages. Masks are never sent: every rank draws the same.
/// </summary>
/// <remarks>
/// In a loop of your own, on every rank: <see cref="Begin"/>, forward and backward on this rank's share, <see cref="Finish"/>,
/// then clip and step: the norm is the whole batch's, and the weights stay the same on all ranks. With several micro-batches in a
/// step, begin before the last one.
/// </remarks>
public sealed unsafe class GradientAverage : IDisposable
{
    // A small model's bucket takes about as long as a message's latency; a large model's are few: latencies do not add up.
    private const long SmallestBucket = 1 << 17, MostBuckets = 32;

    private readonly Model model;
    private readonly Ranks ranks;
    private readonly bool overlap;
    private GradientLayout layout;
    private ImmutableArray<Bucket> buckets;
    private BackwardMarks marks;
    private HashSet<nn.Module>? watched;
    private int masksVersion, started;
    private float* memory;

    /// <param name="model">The model, the same on every rank.</param>
    /// <param name="ranks">The ranks.</param>
    /// <param name="overlap">Whether gradients travel during the backward pass, or after it.</param>
    public GradientAverage(Model model, Ranks ranks, bool overlap = true)
    {
        (this.model, this.ranks, this.overlap) = (model, ranks, overlap);
        (layout, buckets, marks) = Lay();
    }

    /// <summary>The bytes of gradients that a rank gives away in a step.</summary>
    public long BytesPerStep => sizeof(float) * buckets.Sum(static bucket => bucket.Count);

    /// <summary>The bytes that they would be if every weight were sent.</summary>
    public long DenseBytesPerStep => sizeof(float) * model.Tensors.Sum(static tensor => tensor.Count);

    /// <summary>The time spent so far on packing, sending and unpacking after backward passes: what is not overlapped.</summary>
    public TimeSpan Exposed { get; private set; }

    /// <summary>Gets ready for the forward and backward pass that complete this step's gradients.</summary>
    public void Begin()
    {
        if (masksVersion != model.MasksVersion)
        {
            // Other masks, or another storage, are other gradients.
            watched = null;
            LayAgain();
        }

        started = 0;
        foreach (var slot in buckets.SelectMany(static bucket => bucket.Slots))
        {
            slot.IsFinal = false;
        }

        marks.Arm();
    }

    /// <summary>Replaces the gradients by their means over the ranks, after the backward pass.</summary>
    /// <exception cref="InvalidOperationException">A gradient grew after it was sent; the message says what to do.</exception>
    /// <exception cref="RanksException">MPI failed.</exception>
    public void Finish()
    {
        var begun = Stopwatch.GetTimestamp();
        marks.Disarm();
        while (started < buckets.Length)
        {
            Start();
        }

        ranks.Wait();
        foreach (var bucket in buckets)
        {
            bucket.ForEach(memory, (slot, place) => slot.Unpack((float*)place, ranks.Count));
        }

        if (watched is null && overlap)
        {
            Watch();
        }

        Exposed += Stopwatch.GetElapsedTime(begun);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        marks.Dispose();
        if (!ranks.IsSumming)
        {
            // Else an exception has come in between, and MPI still writes there.
            NativeMemory.AlignedFree(memory);
        }

        memory = null;
    }

    // What a first step has shown: marks that every rank has reached. A layer that no mark tells of must hold nothing up.
    private void Watch()
    {
        nn.Module[] marked = [.. layout.Below.Keys];
        var reached = ranks.Sum([.. marked.Select(module => marks.IsDone(module) ? 1.0 : 0)]);
        watched = [.. marked.Where((_, index) => reached[index] == ranks.Count)];
        LayAgain();
    }

    private void LayAgain()
    {
        marks.Dispose();
        NativeMemory.AlignedFree(memory);
        (layout, buckets, marks) = Lay();
    }

    private (GradientLayout Layout, ImmutableArray<Bucket> Buckets, BackwardMarks Marks) Lay()
    {
        masksVersion = model.MasksVersion;
        var laid = GradientLayout.Of(model, module => overlap && watched?.Contains(module) != false);

        var (early, late) = (laid.Early.Sum(static slot => slot.Count), laid.Late.Sum(static slot => slot.Count));
        var full = Math.Max(SmallestBucket, (early + late) / MostBuckets);

        // While a step is watched, all is sent after it.
        ImmutableArray<Bucket> filled = watched is null
            ? [.. Bucket.Fill([.. laid.Early, .. laid.Late], 0, full)]
            : [.. Bucket.Fill(laid.Early, 0, full), .. Bucket.Fill(laid.Late, early, full)];
        memory = (float*)NativeMemory.AlignedAlloc(checked((nuint)(sizeof(float) * Math.Max(1, early + late))), 64);
        return (laid, filled, new(laid.Below.Keys.Cast<nn.Module<Tensor, Tensor>>(), module => Done(laid.Below[module])));
    }

    private void Done(ImmutableArray<GradientSlot> slots)
    {
        foreach (var slot in slots)
        {
            slot.IsFinal = true;
        }

        // Always in the same order: the ranks' sums are matched by it.
        while (watched is not null && started < buckets.Length && buckets[started].Slots.All(static slot => slot.IsFinal))
        {
            Start();
        }

        ranks.Progress();
    }

    private void Start()
    {
        var bucket = buckets[started++];
        bucket.ForEach(memory, static (slot, place) => slot.Pack((float*)place));
        ranks.StartSum(memory + bucket.Begin, bucket.Count);
    }

    /// <summary>Some gradients side by side that travel as one.</summary>
    /// <param name="Slots">Their tensors.</param>
    /// <param name="Begin">Where the first one lies, in floats.</param>
    private sealed record Bucket(ImmutableArray<GradientSlot> Slots, long Begin)
    {
        public long Count { get; } = Slots.Sum(static slot => slot.Count);

        public static IEnumerable<Bucket> Fill(ImmutableArray<GradientSlot> slots, long begin, long full)
        {
            var open = ImmutableArray.CreateBuilder<GradientSlot>();
            foreach (var slot in slots)
            {
                open.Add(slot);
                if (open.Sum(static s => s.Count) >= full)
                {
                    var bucket = new Bucket(open.ToImmutable(), begin);
                    begin += bucket.Count;
                    open.Clear();
                    yield return bucket;
                }
            }

            if (open.Count > 0)
            {
                yield return new(open.ToImmutable(), begin);
            }
        }

        public void ForEach(float* memory, Action<GradientSlot, nint> action)
        {
            var place = memory + Begin;
            foreach (var slot in Slots)
            {
                action(slot, (nint)place);
                place += slot.Count;
            }
        }
    }
}
