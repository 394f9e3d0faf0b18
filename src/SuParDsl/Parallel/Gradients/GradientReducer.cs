using System.Collections.Immutable;
using System.Diagnostics;
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
public sealed class GradientReducer : IDisposable
{
    // A small model's bucket takes about as long as a message's latency; a large model's are few: latencies do not add up.
    private const long SmallestBucket = 1 << 17, MostBuckets = 32;

    // Where an exception has come in the middle of a step, something still writes there.
    private static readonly List<(Tensor Flat, GradientSums Sums)> Abandoned = [];

    private readonly Model model;
    private readonly ProcessGroup ranks;
    private readonly bool overlap;
    private readonly GradientSums sums;
    private GradientLayout layout;
    private ImmutableArray<GradientBucket> buckets;
    private BackwardHooks marks;
    private HashSet<nn.Module>? watched;
    private int masksVersion, started;
    private Tensor flat, flags;

    /// <param name="model">The model, the same on every rank and on the device where it stays.</param>
    /// <param name="ranks">The ranks.</param>
    /// <param name="overlap">Whether gradients travel during the backward pass, or after it.</param>
    /// <param name="transport">How they travel.</param>
    /// <exception cref="ProcessGroupException">Some rank cannot use the transport that was asked for.</exception>
    public GradientReducer(Model model, ProcessGroup ranks, bool overlap = true, Transport transport = Transport.Auto)
        : this(model, ranks, overlap, TransportChoice.Of(transport, ranks, DeviceOf(model)))
    {
    }

    internal GradientReducer(Model model, ProcessGroup ranks, bool overlap, GradientSums sums)
    {
        // What blocks hides behind nothing.
        (this.model, this.ranks, this.overlap, this.sums) = (model, ranks, overlap && sums.Transport != Transport.Mpi, sums);
        (layout, buckets, marks, flat, flags) = Lay();
    }

    /// <summary>The bytes of gradients that a rank gives away in a step.</summary>
    public long BytesPerStep => sizeof(float) * buckets.Sum(static bucket => bucket.Count);

    /// <summary>The bytes that they would be if every weight were sent.</summary>
    public long DenseBytesPerStep => sizeof(float) * model.Tensors.Sum(static tensor => tensor.Count);

    /// <summary>How they travel, as chosen.</summary>
    public Transport Transport => sums.Transport;

    /// <summary>The time spent so far on packing, sending and unpacking after backward passes: what is not overlapped.</summary>
    public TimeSpan Exposed { get; private set; }

    private IEnumerable<GradientSlot> Slots => buckets.SelectMany(static bucket => bucket.Slots);

    /// <summary>Gets ready for the forward and backward pass that complete this step's gradients.</summary>
    /// <exception cref="InvalidOperationException">The model was moved or cast since this was made.</exception>
    public void Begin()
    {
        if (masksVersion != model.MasksVersion)
        {
            // Other masks, or another storage, are other gradients.
            watched = null;
            LayAgain();
        }
        else if (Slots.FirstOrDefault(static slot => slot.IsReplaced) is { } moved)
        {
            throw new InvalidOperationException(
                $"{moved.Name} of this {model.GetName()} was replaced after its {nameof(GradientReducer)} was made, as by model.to(…): "
                + $"move the model first and make the {nameof(GradientReducer)} afterwards");
        }

        started = 0;
        foreach (var slot in Slots)
        {
            slot.IsFinal = false;
        }

        marks.Arm();
    }

    /// <summary>Replaces the gradients by their means over the ranks, after the backward pass.</summary>
    /// <exception cref="InvalidOperationException">
    /// A gradient grew after it was sent, or a tensor is frozen on some ranks only; the message says what to do. No gradient has changed.
    /// </exception>
    /// <exception cref="ProcessGroupException">MPI or NCCL failed, here or during the backward pass.</exception>
    /// <exception cref="BackwardException">The backward pass has failed (<see cref="BackwardErrors"/>). No gradient has changed.</exception>
    public void Finish()
    {
        var begun = Stopwatch.GetTimestamp();
        marks.Disarm();
        BackwardErrors.ThrowIfAny(model.parameters());
        while (started < buckets.Length)
        {
            Start();
        }

        sums.Wait();
        Unpack();
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
        if (sums.IsBusy)
        {
            Abandoned.Add((flat, sums));
        }
        else
        {
            Free();
        }

        sums.Dispose();
    }

    private static Device DeviceOf(Model model) => model.parameters().First().device;

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
        Free();
        (layout, buckets, marks, flat, flags) = Lay();
    }

    private void Free()
    {
        foreach (var slot in Slots)
        {
            slot.Dispose();
        }

        flat.Dispose();
        flags.Dispose();
    }

    private (GradientLayout Layout, ImmutableArray<GradientBucket> Buckets, BackwardHooks Marks, Tensor Flat, Tensor Flags) Lay()
    {
        masksVersion = model.MasksVersion;
        var laid = GradientLayout.Of(model, sums.OnDevice, module => overlap && watched?.Contains(module) != false);

        var (early, late) = (laid.Early.Sum(static slot => slot.Count), laid.Late.Sum(static slot => slot.Count));
        var full = Math.Max(SmallestBucket, (early + late) / MostBuckets);

        // While a step is watched, all is sent after it.
        ImmutableArray<GradientBucket> filled = watched is null
            ? [.. GradientBucket.Fill([.. laid.Early, .. laid.Late], 0, full)]
            : [.. GradientBucket.Fill(laid.Early, 0, full), .. GradientBucket.Fill(laid.Late, early, full)];
        var device = sums.OnDevice ? DeviceOf(model) : CPU;
        return (
            laid, filled, new(laid.Below.Keys.Cast<nn.Module<Tensor, Tensor>>(), module => Done(laid.Below[module])),
            empty(early + late, device: device).DetachFromDisposeScope(),
            tensor(filled.SelectMany(static bucket => bucket.Flags).ToArray(), device: device).DetachFromDisposeScope());
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

        sums.Progress();
    }

    private void Start()
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var bucket = buckets[started++];
        foreach (var (slot, buffer) in bucket.Parts(flat))
        {
            slot.Pack(buffer);
        }

        sums.Start(bucket.Of(flat));
    }

    // Everything is looked at before anything changes, and a GPU is waited for twice in all.
    private void Unpack()
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var grown = cat([.. Slots.Select(static slot => slot.Grown())], 0).cpu().data<float>();
        var present = flat.index_select(0, flags).cpu().data<float>();
        foreach (var (index, slot) in Slots.Index())
        {
            // The same on every rank, so that all throw.
            var still = (int)(present[index] / GradientSlot.FrozenFlag);
            if (still > 0 && still < ranks.Count)
            {
                throw new InvalidOperationException(
                    $"{slot.Name} is frozen (requires_grad is false) on {still} of {ranks.Count} ranks: freeze it on all of them in the same step");
            }

            if (grown[index] != 0)
            {
                throw new InvalidOperationException(
                    $"the gradient of {slot.Name} grew after its layer's backward pass: something outside of the layer uses the tensor, too, "
                    + $"so that gradients can be averaged only after the whole backward pass ({nameof(GradientReducer)} with overlap: false)");
            }
        }

        foreach (var (index, (slot, buffer)) in buckets.SelectMany(bucket => bucket.Parts(flat)).Index())
        {
            // Zero where no rank has a gradient.
            if (present[index] is > 0 and < GradientSlot.FrozenFlag)
            {
                slot.Unpack(buffer, ranks.Count);
            }
        }
    }
}
