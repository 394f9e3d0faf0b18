using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// The keys and values of causal attention at all positions so far, so that a model computes only the positions that are added.
/// <see cref="Model.OpenCache"/> opens it.
/// </summary>
/// <remarks>
/// <code>
/// using var cache = model.OpenCache(batch: 1, capacity: 1024);
/// var logits = cache.Append(prompt);       // 1 T → 1 T vocabulary
/// logits = cache.Append(next);             // 1 1 → 1 1 vocabulary
/// </code>
/// A model may have several caches, which it uses one at a time. The contents belong to the weights with which they were
/// computed: after a change of the weights, call <see cref="Truncate"/> with 0.
/// </remarks>
public sealed class KeyValueCache : IDisposable
{
    private readonly string name;
    private readonly Func<KeyValueCache, Tensor, Tensor> run;
    private readonly List<KeyValueSlot> slots = [];
    private int next;
    private bool isDisposed;

    /// <param name="name">The model's name, for messages.</param>
    /// <param name="run">Runs the model on an input with this cache.</param>
    /// <param name="batch">The number of sequences.</param>
    /// <param name="capacity">The largest number of positions.</param>
    internal KeyValueCache(string name, Func<KeyValueCache, Tensor, Tensor> run, int batch, int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        (this.name, this.run, Batch, Capacity) = (name, run, batch, capacity);
    }

    /// <summary>The number of sequences.</summary>
    public int Batch { get; private set; }

    /// <summary>The largest number of positions.</summary>
    public int Capacity { get; }

    /// <summary>The number of positions so far.</summary>
    public int Length { get; private set; }

    /// <summary>
    /// Runs the model on further positions. The outputs are those that the model has at these positions for the whole sequences,
    /// up to rounding. No gradients are recorded. Call <c>model.eval()</c> before, if the model has a <see cref="Dropout"/>.
    /// </summary>
    /// <param name="input">The inputs at the further positions: B T, or B T … .</param>
    /// <returns>The outputs at these positions.</returns>
    /// <exception cref="ArgumentException">
    /// The input has another number of sequences, or there would be more than <see cref="Capacity"/> positions.
    /// </exception>
    /// <exception cref="InvalidOperationException">The model is running with a cache already.</exception>
    /// <exception cref="ObjectDisposedException">The cache is disposed.</exception>
    public Tensor Append(Tensor input)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        var shape = input.shape;
        if (shape.Length < 2 || shape[0] != Batch)
        {
            throw new ArgumentException(
                $"the input has shape [{string.Join(", ", shape)}], and the cache is for {Batch} sequences: "
                + $"its shape must begin with [{Batch}, positions]");
        }

        if (Length + shape[1] > Capacity)
        {
            throw new ArgumentException(
                $"{shape[1]} positions after {Length} are more than the cache's capacity of {Capacity}: "
                + $"open it with a larger one, or call {nameof(Truncate)} first");
        }

        using var frozen = no_grad();
        next = 0;
        var output = run(this, input);
        Length += (int)shape[1];
        return output;
    }

    /// <summary>Drops all positions from a given one on.</summary>
    /// <param name="length">The number of positions that remain, at most <see cref="Length"/>.</param>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        Length = length;
    }

    /// <summary>Keeps some sequences, or repeats them.</summary>
    /// <param name="sequences">The indices of the sequences in their new order, at least one.</param>
    public void Select(ReadOnlySpan<long> sequences)
    {
        ArgumentOutOfRangeException.ThrowIfZero(sequences.Length, nameof(sequences));
        foreach (var sequence in sequences)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(sequence, nameof(sequences));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(sequence, Batch, nameof(sequences));
        }

        foreach (var slot in slots)
        {
            slot.Select(sequences);
        }

        Batch = sequences.Length;
    }

    /// <summary>
    /// Stores the keys and values of the positions that are being computed, and returns those of all positions. The calls of
    /// attention are told apart by their order, which is the same whenever a flow runs.
    /// </summary>
    /// <param name="keys">B heads T d.</param>
    /// <param name="values">B heads T d.</param>
    internal (Tensor Keys, Tensor Values) Add(Tensor keys, Tensor values)
    {
        if (next == slots.Count)
        {
            slots.Add(Length == 0 ? new() : throw new InvalidOperationException(
                $"{name} calls attention more often at position {Length} than at position 0: "
                + "a key-value cache needs the same calls at every position"));
        }

        return slots[next++].Add(keys, values, Length, Capacity);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        isDisposed = true;
        foreach (var slot in slots)
        {
            slot.Dispose();
        }
    }
}
