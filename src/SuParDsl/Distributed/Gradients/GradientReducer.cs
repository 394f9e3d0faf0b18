using System.Collections.Immutable;
using System.Diagnostics;
using static TorchSharp.torch;

namespace SuParDsl.Distributed;

/// <summary>
/// Averages a model's gradients over ranks, each of which processes its shard of a batch. Gradients are copied to flat buckets. A
/// bucket is transferred during the backward pass as soon as all its gradients are final. For sparse tensors, only the gradients
/// of kept weights are transferred, in both storages. Masks are never transferred, because every rank draws the same ones.
/// </summary>
/// <remarks>
/// In your own training loop, do the following on every rank: call <see cref="Begin"/>, run forward and backward on this rank's
/// shard, call <see cref="Finish"/>, and then clip and step. The gradient norm is that of the whole batch, and the weights stay
/// the same on all ranks. With several micro-batches per step, call <see cref="Begin"/> before the last one.
/// </remarks>
public sealed class GradientReducer : IDisposable
{
    // Sending the smallest bucket takes about as long as a message's latency. Large models have
    // few buckets, so that latencies do not add up.
    private const long SmallestBucket = 1 << 17, MostBuckets = 32;

    // After an exception in the middle of a step, MPI or NCCL may still write to these buffers, so they are leaked on purpose.
    private static readonly List<(Tensor Flat, GradientSums Sums)> Abandoned = [];

    private readonly IModel model;
    private readonly ProcessGroup ranks;
    private readonly bool overlap;
    private readonly GradientSums sums;
    private GradientLayout layout;
    private ImmutableArray<GradientBucket> buckets;
    private BackwardHooks marks;
    private HashSet<nn.Module>? watched;
    private int masksVersion, started;
    private Tensor flat, flags;

    /// <param name="model">The model, which must be the same on every rank and must already be on its final device.</param>
    /// <param name="ranks">The process group.</param>
    /// <param name="overlap">Whether gradients are transferred during the backward pass instead of after it.</param>
    /// <param name="transport">How gradients are transferred.</param>
    /// <exception cref="ProcessGroupException">A rank does not support the requested transport.</exception>
    public GradientReducer(IModel model, ProcessGroup ranks, bool overlap = true, Transport transport = Transport.Auto)
        : this(model, ranks, overlap, TransportChoice.Of(transport, ranks, DeviceOf(model)))
    {
    }

    internal GradientReducer(IModel model, ProcessGroup ranks, bool overlap, GradientSums sums)
    {
        // A blocking transport cannot overlap with the backward pass, so overlap is turned off for it.
        (this.model, this.ranks, this.overlap, this.sums) = (model, ranks, overlap && sums.Transport != Transport.Mpi, sums);
        (layout, buckets, marks, flat, flags) = Lay();
    }

    /// <summary>The bytes of gradients that a rank sends per step.</summary>
    public long BytesPerStep => sizeof(float) * buckets.Sum(static bucket => bucket.Count);

    /// <summary>The bytes that a rank would send per step if the gradients of masked weights were sent, too.</summary>
    public long DenseBytesPerStep => sizeof(float) * model.Tensors.Sum(static tensor => tensor.Count);

    /// <summary>The transport in use.</summary>
    public Transport Transport => sums.Transport;

    /// <summary>The total time spent on packing, sending and unpacking after backward passes, which is not overlapped.</summary>
    public TimeSpan Exposed { get; private set; }

    private IEnumerable<GradientSlot> Slots => buckets.SelectMany(static bucket => bucket.Slots);

    /// <summary>Prepares for the forward and backward pass that complete this step's gradients.</summary>
    /// <exception cref="InvalidOperationException">The model was moved or cast after this reducer was created.</exception>
    public void Begin()
    {
        if (masksVersion != model.MasksVersion)
        {
            // The masks or the storage have changed, and so have the gradients to transfer.
            watched = null;
            LayAgain();
        }
        else if (Slots.FirstOrDefault(static slot => slot.IsReplaced) is { } moved)
        {
            throw new InvalidOperationException(
                $"{moved.Name} of this {model.GetName()} was replaced after its {nameof(GradientReducer)} was created, "
                + $"for example by model.to(…): move the model first and create the {nameof(GradientReducer)} afterwards");
        }

        started = 0;
        foreach (var slot in Slots)
        {
            slot.IsFinal = false;
        }

        marks.Arm();
    }

    /// <summary>Replaces the gradients by their means over the ranks. Call it after the backward pass.</summary>
    /// <exception cref="InvalidOperationException">
    /// A gradient changed after it was sent, or a tensor is frozen on only some ranks. The message
    /// says what to do. Gradients are unchanged.
    /// </exception>
    /// <exception cref="ProcessGroupException">MPI or NCCL failed, here or during the backward pass.</exception>
    /// <exception cref="BackwardException">
    /// The backward pass failed (<see cref="BackwardErrors"/>). Gradients are unchanged.
    /// </exception>
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

    private static Device DeviceOf(IModel model) => model.parameters().First().device;

    // Keep only the marks that every rank reached in the first step. A layer whose mark is
    // not reached must not delay other buckets.
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

        // In the step that determines the reached marks, all gradients are sent after the backward pass.
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

        // Start buckets always in the same order, because the ranks' collective calls are matched by their order.
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

    // All gradients are checked before any changes. There are two synchronizations with a GPU in total.
    private void Unpack()
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var grown = cat([.. Slots.Select(static slot => slot.Grown())], 0).cpu().data<float>();
        var present = flat.index_select(0, flags).cpu().data<float>();
        foreach (var (index, slot) in Slots.Index())
        {
            // The sums of the flags are the same on every rank, so all ranks throw.
            var still = (int)(present[index] / GradientSlot.FrozenFlag);
            if (still > 0 && still < ranks.Count)
            {
                throw new InvalidOperationException(
                    $"{slot.Name} is frozen (requires_grad is false) on {still} of {ranks.Count} ranks: "
                    + "freeze it on all of them in the same step");
            }

            if (grown[index] != 0)
            {
                throw new InvalidOperationException(
                    $"the gradient of {slot.Name} changed after its layer's backward pass, because something outside the layer "
                    + $"uses the tensor, too: create the {nameof(GradientReducer)} with overlap: false");
            }
        }

        foreach (var (index, (slot, buffer)) in buckets.SelectMany(bucket => bucket.Parts(flat)).Index())
        {
            // The flag is zero if no rank has a gradient.
            if (present[index] is > 0 and < GradientSlot.FrozenFlag)
            {
                slot.Unpack(buffer, ranks.Count);
            }
        }
    }
}
