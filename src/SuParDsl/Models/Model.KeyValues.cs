using static TorchSharp.torch;

namespace SuParDsl;

/// <content>Running on the last positions only, with the keys and values of earlier ones in a cache.</content>
public abstract partial class Model
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
        : new(GetName(), (cache, input) => core.RunWith(cache, () => call(input)), batch, capacity);
}
