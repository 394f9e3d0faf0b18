using TorchSharp;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>What the queries of a call of attention attend to: all of these conditions must hold.</summary>
/// <param name="Causal">Whether later positions are masked.</param>
/// <param name="Window">The sliding window; null for no limit.</param>
internal sealed record AttentionMask(bool Causal, long? Window)
{
    /// <summary>Biases on the logits by distance; null for none.</summary>
    public Alibi? Position { get; init; }

    /// <summary>T S, B T S or B heads T S, bool or floating-point; null for none.</summary>
    public Tensor? Mask { get; init; }

    /// <summary>B S, true or not 0 where a key is real; null if all are.</summary>
    public Tensor? KeyMask { get; init; }

    /// <summary>B T, the numbers of documents; null if a sequence is one document.</summary>
    public Tensor? Documents { get; init; }

    /// <summary>Whether the engine's own causal mask is all there is. It assumes that the first query is position 0.</summary>
    public bool IsPlainCausal(long queries, long keys) => HidesLater(queries) && queries == keys && !IsShort(queries, keys)
        && (Position, Mask, KeyMask, Documents) is (null, null, null, null);

    /// <summary>The number of keys, counted from the last, that the queries, which are the last positions, can see.</summary>
    public long Reach(long queries, long keys) =>
        Causal && Window is { } window && window < keys ? Math.Min(keys, window + queries - 1) : keys;

    /// <summary>The mask for the engine, bool or added to the logits; null if its own causal mask or none is enough.</summary>
    /// <param name="q">The queries, B heads T d.</param>
    /// <param name="keys">The number S of keys.</param>
    /// <exception cref="ArgumentException">A part has a wrong shape or type.</exception>
    public Tensor? For(Tensor q, long keys)
    {
        var queries = q.shape[^2];
        if (IsPlainCausal(queries, keys))
        {
            return null;
        }

        List<Tensor> visible = [], added = [];
        if (HidesLater(queries) || IsShort(queries, keys))
        {
            visible.Add(Band(queries, keys, q.device));
        }

        if (KeyMask is not null)
        {
            visible.Add(OfKeys(KeyMask, q, keys));
        }

        if (Documents is not null)
        {
            visible.Add(OfDocuments(Documents, q, keys));
        }

        if (Mask is not null)
        {
            (Mask.dtype == ScalarType.Bool ? visible : added).Add(Stated(Mask, q, keys));
        }

        if (Position is not null)
        {
            added.Add(Position.Biases(queries, keys, q.dtype, q.device));
        }

        return WithBatch(Combined(visible, added), q.dim());
    }

    /// <summary>The masks of member i of each group of query heads that share a key head: B heads/groups T S.</summary>
    public static Tensor?[] OfMembers(Tensor? mask, long keyHeads, int groups)
    {
        if (mask is null || mask.dim() < 3 || mask.shape[^3] == 1)
        {
            return [.. Enumerable.Repeat(mask, groups)];
        }

        var shape = mask.shape;
        return mask.reshape([.. shape[..^3], keyHeads, groups, shape[^2], shape[^1]]).unbind(-3);
    }

    private bool HidesLater(long queries) => Causal && queries > 1; // One query is the last position, which sees every key.

    private bool IsShort(long queries, long keys) => Window < Math.Max(queries, keys);

    /// <summary>T S, true where a key is not later than the query, if it must not be, and within the window.</summary>
    private Tensor Band(long queries, long keys, Device device)
    {
        var band = ones([queries, keys], ScalarType.Bool, device);
        var last = keys - queries; // The diagonal of a query and its own position.
        if (Window is { } window && IsShort(queries, keys))
        {
            band = band.triu(last - window + 1);
            band = Causal ? band : band.tril(last + window - 1);
        }

        return Causal ? band.tril(last) : band;
    }

    private static Tensor OfKeys(Tensor mask, Tensor q, long keys)
    {
        CheckShape(mask, [.. q.shape[..^3], keys], "key mask", "B S");
        return (mask.dtype == ScalarType.Bool ? mask : IsInteger(mask) ? mask.to_type(ScalarType.Bool)
            : throw new ArgumentException(
                $"the key mask of attention has type {mask.dtype}: "
                + "it must be bool or an integer, true or not 0 where a key is real"))
            .unsqueeze(-2).unsqueeze(-2);
    }

    private static Tensor OfDocuments(Tensor documents, Tensor q, long keys)
    {
        if (q.shape[^2] != keys)
        {
            throw new ArgumentException(
                $"attention has {q.shape[^2]} queries for {keys} keys: documents need queries and keys of the same positions");
        }

        CheckShape(documents, [.. q.shape[..^3], keys], "documents", "B T");
        return IsInteger(documents) ? documents.unsqueeze(-1).eq(documents.unsqueeze(-2)).unsqueeze(-3)
            : throw new ArgumentException(
                $"the documents of attention have type {documents.dtype}: they must be integers, one number for each document");
    }

    private static Tensor Stated(Tensor mask, Tensor q, long keys)
    {
        if (mask.dtype != ScalarType.Bool && !mask.is_floating_point())
        {
            throw new ArgumentException(
                $"the mask of attention has type {mask.dtype}: it must be bool, true where a query attends to a key, or "
                + "floating-point, which is added to the logits (write: mask.to_type(ScalarType.Bool))");
        }

        var whole = mask.dim() == q.dim() - 1 && mask.dim() >= 3 ? mask.unsqueeze(-3) : mask;
        long[] logits = [.. q.shape[..^1], keys];
        var fits = whole.dim() >= 2 && whole.dim() <= logits.Length
            && whole.shape.Zip(logits[^(int)whole.dim()..]).All(static pair => pair.First == pair.Second || pair.First == 1);
        return !fits
            ? throw new ArgumentException(
                $"the mask of attention has shape {Text(mask.shape)}, and the logits B heads T S have {Text(logits)}: "
                + "it must be T S, B T S or B heads T S, where an axis may be 1")
            : mask.dtype == ScalarType.Bool ? whole : whole.to_type(q.dtype);
    }

    private static Tensor? Combined(List<Tensor> visible, List<Tensor> added)
    {
        var seen = visible.Count == 0 ? null : visible.Aggregate(static (a, b) => a.logical_and(b));
        var sum = added.Count == 0 ? null : added.Aggregate(Functional.Add);
        if (seen is null || sum is null)
        {
            return seen ?? sum;
        }

        using var hidden = float.NegativeInfinity.ToScalar();
        return sum.where(seen, full(1, hidden, sum.dtype, sum.device));
    }

    // The engine's fused kernel takes masks of two or four axes, not of three.
    private static Tensor? WithBatch(Tensor? mask, long rank) => mask?.dim() == 3 && rank == 4 ? mask.unsqueeze(0) : mask;

    private static void CheckShape(Tensor tensor, long[] wanted, string name, string form)
    {
        if (!tensor.shape.AsSpan().SequenceEqual(wanted))
        {
            throw new ArgumentException(
                $"the shape of attention's {name} is {Text(tensor.shape)}: it must be {form}, here {Text(wanted)}");
        }
    }

    private static bool IsInteger(Tensor tensor) =>
        tensor.dtype is ScalarType.Byte or ScalarType.Int8 or ScalarType.Int16 or ScalarType.Int32 or ScalarType.Int64;

    private static string Text(long[] shape) => $"[{string.Join(", ", shape)}]";
}
