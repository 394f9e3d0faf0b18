using static TorchSharp.torch;

namespace SuParDsl.Lab.Generation;

/// <summary>
/// The logits of the next token of sequences that grow. With a cache, the model computes the new positions only, until its window
/// is full; the second half of the window is then computed again as the first half of the next. Without one, it computes the last
/// positions of the window for every token.
/// </summary>
internal sealed class NextLogits : IDisposable
{
    private readonly Model model;
    private readonly int context;
    private readonly Device device;
    private readonly KeyValueCache? cache;

    // The position in the sequences at which the cache begins.
    private int begin;

    /// <param name="model">The model.</param>
    /// <param name="context">The longest window of the model.</param>
    /// <param name="device">The device of the model.</param>
    /// <param name="use">Whether to use a cache.</param>
    public NextLogits(Model model, int context, Device device, CacheUse use)
    {
        (this.model, this.context, this.device) = (model, context, device);
        cache = use == CacheUse.Off || model.WhyNoCache is not null ? null : model.OpenCache(1, context);
    }

    /// <summary>The logits after each sequence.</summary>
    /// <param name="sequences">Sequences of one length, which continue those of the call before.</param>
    public float[][] Of(IReadOnlyList<IReadOnlyList<int>> sequences)
    {
        var length = sequences[0].Count;
        if (cache is null || (cache.Length == 0 && length > context))
        {
            begin = Math.Max(0, length - context);
        }
        else if (length - begin > context)
        {
            begin = length - Math.Max(1, context / 2);
            cache.Truncate(0);
        }

        var start = begin + (cache?.Length ?? 0);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var ids = sequences.SelectMany(sequence => sequence.Skip(start).Select(static id => (long)id)).ToArray();
        var window = tensor(ids, [sequences.Count, length - start], device: device);
        var logits = cache is null ? model.call(window) : cache.Append(window);
        var last = logits.select(1, length - start - 1).to_type(ScalarType.Float32).cpu();
        return [.. Enumerable.Range(0, sequences.Count).Select(row => last[row].data<float>().ToArray())];
    }

    /// <summary>Continues with some of the sequences, or with several copies of them.</summary>
    /// <param name="sequences">The indices of the sequences.</param>
    public void Select(IReadOnlyList<int> sequences) => cache?.Select([.. sequences.Select(static row => (long)row)]);

    /// <inheritdoc/>
    public void Dispose() => cache?.Dispose();
}
