using System.Collections.Immutable;
using System.Runtime.InteropServices;
using SuParDsl.Engine;
using static TorchSharp.torch;

namespace SuParDsl.Distributed;

/// <summary>
/// Copies the weights that each rank has updated to all other ranks. For sparse tensors, only kept weights are transferred. The
/// transfer uses a buffer of fixed size and proceeds in rounds. In each round, every owner sends one message. Every rank must
/// have the same tensors and masks.
/// </summary>
internal sealed unsafe class ShardedWeightGather : IDisposable
{
    /// <summary>The buffer's default size in floats, which is 16 MiB.</summary>
    public const long UsualBuffer = 1 << 22;

    private const long SmallestMessage = 64;

    private readonly ProcessGroup ranks;
    private readonly ImmutableArray<ShardedTensor> plain;
    private readonly ImmutableArray<WeightPiece[][]> rounds;
    private readonly ImmutableArray<(ShardedTensor Tensor, ImmutableArray<WeightPiece[][]> Rounds)> copied;
    private readonly ImmutableArray<Tensor> versions;
    private readonly long capacity;
    private float* buffer;

    /// <param name="ranks">The process group.</param>
    /// <param name="tensors">The model's tensors, in the same order on all ranks.</param>
    /// <param name="bufferFloats">The size of the buffer in floats.</param>
    public ShardedWeightGather(ProcessGroup ranks, IEnumerable<ShardedTensor> tensors, long bufferFloats = UsualBuffer)
    {
        this.ranks = ranks;
        var all = tensors.ToLookup(static tensor => tensor.IsPlain);
        capacity = Math.Max(SmallestMessage, bufferFloats / ranks.Count);
        plain = [.. all[true]];
        rounds = RoundsOf(plain);
        copied = [.. all[false].Select(tensor => (tensor, RoundsOf([tensor])))];
        versions = [.. plain.Where(tensor => tensor.Owner != ranks.Rank)
            .Select(static tensor => TensorMemory.VersionOf(tensor.Weight))];
        buffer = (float*)NativeMemory.AlignedAlloc(checked((nuint)(sizeof(float) * capacity * ranks.Count)), 64);
    }

    /// <summary>The total number of bytes that all owners send.</summary>
    public long Bytes => sizeof(float) * copied.Select(static tensor => tensor.Rounds).Prepend(rounds)
        .Sum(static all => all.Sum(static round => round.Sum(static message => message.Sum(static piece => piece.Live))));

    /// <summary>Copies every tensor from its owner to all other ranks.</summary>
    /// <exception cref="ProcessGroupException">MPI failed.</exception>
    public void Share()
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        Share(plain, rounds, [.. plain.Select(static tensor => (nint)TensorMemory.FloatsOf(tensor.Weight))]);

        // Autograd does not see writes to raw memory. An in-place operation on an empty view tells it that these weights changed.
        foreach (var version in versions)
        {
            version.zero_();
        }

        // Transfer one tensor at a time, so that only one copy is in memory.
        foreach (var (tensor, parts) in copied)
        {
            using var own = NewDisposeScope();
            var near = tensor.Near();
            Share([tensor], parts, [(nint)TensorMemory.FloatsOf(near)]);
            if (tensor.Owner != ranks.Rank)
            {
                tensor.Weight.copy_(near);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var version in versions)
        {
            version.Dispose();
        }

        if (!ranks.IsSumming)
        {
            // If a transfer is still in flight after an exception, MPI may write to the buffer, so it must not be freed.
            NativeMemory.AlignedFree(buffer);
            buffer = null;
        }
    }

    // Each round has one message per owner, which is empty if the owner has nothing left to send.
    private ImmutableArray<WeightPiece[][]> RoundsOf(ImmutableArray<ShardedTensor> tensors)
    {
        var messages = Enumerable.Range(0, ranks.Count).Select(owner => WeightPiece.Cut(
            tensors.Select(static (tensor, index) => (Index: index, Tensor: tensor)).Where(entry => entry.Tensor.Owner == owner)
                .Select(static entry => (entry.Index, entry.Tensor.Floats, entry.Tensor.FloatMask)),
            capacity).ToArray()).ToArray();
        return
        [
            .. Enumerable.Range(0, messages.Max(static own => own.Length))
                .Select(round => messages.Select(own => own.ElementAtOrDefault(round) ?? []).ToArray()),
        ];
    }

    private void Share(ImmutableArray<ShardedTensor> tensors, ImmutableArray<WeightPiece[][]> all, nint[] memory)
    {
        foreach (var round in all)
        {
            for (var owner = 0; owner < ranks.Count; owner++)
            {
                var place = PlaceOf(owner);
                if (owner == ranks.Rank)
                {
                    ForEach(round[owner], place, (piece, at) => LiveValues.Pack(
                        piece.WordsOf(tensors[piece.Tensor].FloatMask), (float*)memory[piece.Tensor] + piece.Start,
                        (float*)at, piece.Live));
                }

                ranks.StartBroadcast(place, round[owner].Sum(static piece => piece.Live), owner);
            }

            ranks.Wait();
            for (var owner = 0; owner < ranks.Count; owner++)
            {
                if (owner != ranks.Rank)
                {
                    ForEach(round[owner], PlaceOf(owner), (piece, at) => LiveValues.Unpack(
                        piece.WordsOf(tensors[piece.Tensor].FloatMask), (float*)memory[piece.Tensor] + piece.Start, (float*)at,
                        piece.Live, factor: 1));
                }
            }
        }
    }

    private float* PlaceOf(int owner) => buffer + (owner * capacity);

    private static void ForEach(WeightPiece[] pieces, float* place, Action<WeightPiece, nint> action)
    {
        foreach (var piece in pieces)
        {
            action(piece, (nint)place);
            place += piece.Live;
        }
    }
}
