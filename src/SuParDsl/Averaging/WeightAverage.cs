using System.Collections.Immutable;
using System.Globalization;
using SuParDsl.Checkpoints;
using SuParDsl.Sparsity;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// An exponential moving average of a model's weights, for example for evaluation or as a teacher. It has the model's masks and
/// follows their changes: dropped weights become zero in the average, too, and grown weights start at zero, as in the model.
/// </summary>
/// <remarks>
/// Call <see cref="Update"/> after each step of the optimizer, and <see cref="CopyTo"/> to compute with the average. The average
/// of weights in half precision is float32. Buffers, such as the running statistics of a normalization layer, are not averaged
/// but copied from the model.
/// </remarks>
public sealed class WeightAverage : IDisposable
{
    private const string FormatKey = "average_updates", DecayKey = "average_decay";

    private readonly IModel model;
    private readonly Dictionary<string, AveragedTensor> tensors;
    private readonly List<(string Name, Tensor Values)> buffers;

    /// <summary>Creates an average that starts with a model's weights.</summary>
    /// <param name="model">The model. It must not be disposed while the average is updated.</param>
    /// <param name="decay">The factor on the average at each update, in [0, 1): 0.999 averages over about 1,000 steps.</param>
    /// <exception cref="ArgumentOutOfRangeException">The decay is outside its range.</exception>
    /// <exception cref="InvalidOperationException">The model has masked weights that are not zero.</exception>
    public WeightAverage(IModel model, double decay)
    {
        Decay = decay is >= 0 and < 1
            ? decay
            : throw new ArgumentOutOfRangeException(
                nameof(decay), decay, "the decay of an average must be in [0, 1), for example 0.999");
        this.model = model;
        using var frozen = no_grad();
        model.RequireMaskedZeros();
        tensors =
            Present().ToDictionary(static now => now.Name, static now => AveragedTensor.Of(now.Weight, now.Mask, now.Layout));
        buffers = [.. model.Module.named_buffers()
            .Select(static buffer => (buffer.name, buffer.buffer.detach().clone().DetachFromDisposeScope()))];
        Shares = model.Shares.ToImmutableDictionary();
    }

    /// <summary>The factor on the average at each update.</summary>
    public double Decay { get; }

    /// <summary>The number of updates so far.</summary>
    public long Updates { get; private set; }

    /// <summary>The masks of the averaged tensors by full name.</summary>
    public IReadOnlyDictionary<string, WeightMask> Masks =>
        tensors.Where(static entry => entry.Value.Mask is not null)
            .ToDictionary(static entry => entry.Key, static entry => entry.Value.Mask!);

    private ImmutableDictionary<string, double> Shares { get; set; }

    /// <summary>
    /// Updates the average to decay · average + (1 − decay) · weight. The first update copies the weights.
    /// </summary>
    public void Update()
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, weight, mask, layout) in Present())
        {
            if (!tensors[name].IsLaidOutAs(mask, layout))
            {
                tensors[name] = tensors[name].LaidOutAs(mask, layout);
            }

            tensors[name].Move(weight, Updates == 0 ? 1 : 1 - Decay);
        }

        foreach (var ((_, average), (_, buffer)) in buffers.Zip(model.Module.named_buffers()))
        {
            average.copy_(buffer);
        }

        Shares = model.Shares.ToImmutableDictionary();
        Updates++;
    }

    /// <summary>Writes the average and its masks into a model with the same tensors, of any storage, type and device.</summary>
    /// <exception cref="ArgumentException">The model has other tensors or other multipliers. It is unchanged.</exception>
    public void CopyTo(IModel other) =>
        other.Take(Outgoing(), $"the average of this {model.GetName()}", anyTable: false, MaskSource.File);

    /// <summary>
    /// Writes the average as a model checkpoint. <see cref="ModelCheckpoint.Load"/> reads it into a model and <see cref="Load"/>
    /// into an average.
    /// </summary>
    /// <param name="path">The file. An existing one is replaced once the new one is complete.</param>
    public void Save(string path) => ModelCheckpoint.Write(
        Outgoing(), path,
        new Dictionary<string, string>
        {
            [FormatKey] = Updates.ToString(CultureInfo.InvariantCulture),
            [DecayKey] = Decay.ToString("R", CultureInfo.InvariantCulture),
        },
        static name => name);

    /// <summary>Resumes from a saved average.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CheckpointException">
    /// The file is damaged, is not an average of this model, or has another decay. The average is unchanged.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public void Load(string path)
    {
        using var file = SafetensorsReader.Open(path);
        if (!long.TryParse(file.Metadata.GetValueOrDefault(FormatKey), CultureInfo.InvariantCulture, out var updates)
            || updates < 0
            || !double.TryParse(file.Metadata.GetValueOrDefault(DecayKey), CultureInfo.InvariantCulture, out var decay))
        {
            throw new CheckpointException(
                $"{path} is not an average of weights; {nameof(WeightAverage)}.{nameof(Save)} writes one");
        }

        if (decay != Decay)
        {
            throw new CheckpointException($"{path} is an average with decay {decay}, but this one has {Decay}");
        }

        var saved = ModelCheckpoint.Check(model, file, static name => name);
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, from) in saved.Incoming.Weights)
        {
            tensors[name] = tensors[name].With(from.Whole(), saved.Masks.GetValueOrDefault(name));
        }

        foreach (var ((_, average), (_, from)) in buffers.Zip(saved.Incoming.Buffers))
        {
            average.copy_(from.Whole());
        }

        (Shares, Updates) = (saved.Shares, updates);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var values in tensors.Values.Select(static tensor => tensor.Values)
            .Concat(buffers.Select(static buffer => buffer.Values)))
        {
            values.Dispose();
        }
    }

    private OutgoingWeights Outgoing() => new(
        [.. model.Tensors.Select(tensor => (tensor, (Func<Tensor>)(() => tensors[tensor.Name].Whole())))],
        Masks, Shares, buffers, model.TableWith(Masks, Shares));

    // The weights as they are currently stored: only the kept ones of a compressed matrix.
    private IEnumerable<(string Name, Parameter Weight, WeightMask? Mask, CompressedWeight? Layout)> Present()
    {
        var compressed = model.CompressedByName();
        return model.ParametersByName().Select(entry => (
            entry.Key, entry.Value, model.Masks.GetValueOrDefault(entry.Key),
            compressed.GetValueOrDefault(entry.Key)?.Compressed));
    }
}
