using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>The keys and values of one call of attention in a <see cref="KeyValueCache"/>.</summary>
internal sealed class KeyValueSlot : IDisposable
{
    private const long Smallest = 64;

    // B heads allocated d. Positions from the cache's length on are undefined.
    private Tensor? keys, values;

    /// <summary>Stores the keys and values of further positions, and returns those of all positions.</summary>
    /// <param name="newKeys">B heads T d.</param>
    /// <param name="newValues">B heads T d.</param>
    /// <param name="length">The number of positions before them.</param>
    /// <param name="capacity">The largest number of positions.</param>
    public (Tensor Keys, Tensor Values) Add(Tensor newKeys, Tensor newValues, long length, long capacity)
    {
        keys = Stored(keys, newKeys, length, capacity);
        values = Stored(values, newValues, length, capacity);
        var end = length + newKeys.shape[^2];
        return length == 0 ? (newKeys, newValues) : (keys.narrow(-2, 0, end), values.narrow(-2, 0, end));
    }

    /// <summary>Keeps some sequences.</summary>
    public void Select(ReadOnlySpan<long> sequences)
    {
        using var index = tensor(sequences.ToArray());
        keys = Selected(keys, index);
        values = Selected(values, index);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        keys?.Dispose();
        values?.Dispose();
    }

    private static Tensor? Selected(Tensor? old, Tensor index)
    {
        if (old is null)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        var selected = old.index_select(0, index.to(old.device)).DetachFromDisposeScope();
        old.Dispose();
        return selected;
    }

    private static Tensor Stored(Tensor? old, Tensor added, long length, long capacity)
    {
        using var scope = NewDisposeScope();
        var needed = length + added.shape[^2];
        var room = old;
        if (room is null || length == 0 || room.shape[^2] < needed)
        {
            // Double the room, so that the copies cost no more than the positions themselves.
            var size = Math.Max(needed, Math.Min(capacity, Math.Max(Smallest, 2 * needed)));
            room = empty([.. added.shape[..^2], size, added.shape[^1]], added.dtype, added.device).DetachFromDisposeScope();
            if (length > 0)
            {
                room.narrow(-2, 0, length).copy_(old!.narrow(-2, 0, length));
            }

            old?.Dispose();
        }

        room.narrow(-2, length, added.shape[^2]).copy_(added);
        return room;
    }
}
