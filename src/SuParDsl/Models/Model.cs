using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// The base of every class marked <c>[Model]</c> whose flow takes one tensor and returns one. See <see cref="IModel"/>.
/// </summary>
public abstract class Model : Model<Tensor, Tensor>
{
    /// <summary>
    /// The reason for which this model cannot run with a <see cref="KeyValueCache"/>, with the full name of the layer; null if it
    /// can. A model can if its outputs at each position depend on other positions by causal attention only.
    /// </summary>
    public string? WhyNoCache => named_modules().Prepend((string.Empty, this))
        .Select(static entry => entry.Item2 is IPositions { MixesPositions: { } mixing }
            ? $"{(entry.Item1.Length == 0 ? entry.Item2.GetName() : entry.Item1)}: {mixing}" : null)
        .FirstOrDefault(static reason => reason is not null);

    /// <summary>Opens an empty cache for sequences that are extended step by step.</summary>
    /// <param name="batch">The number of sequences, at least 1.</param>
    /// <param name="capacity">The largest number of positions, at least 1. Memory is allocated as it is needed.</param>
    /// <exception cref="NotSupportedException">The model cannot run with a cache, see <see cref="WhyNoCache"/>.</exception>
    public KeyValueCache OpenCache(int batch, int capacity) => WhyNoCache is { } reason
        ? throw new NotSupportedException($"this {GetName()} cannot run with a key-value cache, because of {reason}")
        : new(GetName(), (cache, input) => this.Core.RunWith(cache, () => call(input)), batch, capacity);
}
