using System.Globalization;
using System.Runtime.InteropServices;
using SuParDsl.Distributed;
using SuParDsl.Sparsity;
using static TorchSharp.torch;

namespace SuParDsl.Checkpoints;

/// <summary>
/// An optimizer's state as a safetensors file. Under a tensor's name with the prefixes <c>moment1.</c> and <c>moment2.</c> it
/// holds the moments, with <c>steps.</c> the number of steps, and with <c>master.</c> the float32 copy of a weight in half
/// precision. For a sparse tensor, only the kept weights' values are written, row by row, so that masked and compressed storage
/// can read each other's files.
/// </summary>
public static class OptimizerCheckpoint
{
    private const string Format = "supardsl-optimizer", MasterPrefix = "master.", StepsPrefix = "steps.";
    private const string KindKey = "optimizer", ScaleKey = "loss_scale", GoodKey = "loss_scale_good_steps",
        SkippedKey = "loss_scale_skipped";

    /// <summary>
    /// Writes an optimizer's state. The file of a sharded optimizer does not depend on the number of ranks. All ranks must call
    /// this method, and rank 0 writes.
    /// </summary>
    /// <param name="optimizer">The optimizer, between two steps.</param>
    /// <param name="path">The file. An existing one is replaced once the new one is complete.</param>
    /// <returns>The SHA-256 of each tensor's bytes, by name; empty on a rank that does not write.</returns>
    /// <exception cref="IOException">
    /// The file cannot be written. The other ranks do not notice and wait; end them with <see cref="ProcessGroup.Abort"/>.
    /// </exception>
    public static IReadOnlyDictionary<string, string> Save(MuOptimizer optimizer, string path)
    {
        using var scope = NewDisposeScope();
        var states = optimizer.States.ToDictionary(static entry => entry.Name, static entry => entry.State);
        var masters = optimizer.MasterWeights.ToDictionary(static entry => entry.Name, static entry => entry.Master);
        List<SafetensorsTensor> tensors = [];
        foreach (var (name, steps, moments) in StateOfAllRanks.Counts(optimizer))
        {
            tensors.Add(new(StepsPrefix + name, SafetensorsType.Long, [1], () => BitConverter.GetBytes(steps)));
            var mask = optimizer.MaskOf(name);
            var count = mask?.Kept ?? optimizer.CountOf(name);
            tensors.AddRange(Enumerable.Range(0, moments).Select(index => SafetensorsTensor.Of(
                Moment(index, name), [count],
                () => StateOfAllRanks.ToZero(optimizer, name, count, () => Kept(states[name].Moments()[index], mask)))));
        }

        foreach (var name in optimizer.NamesOfMasters)
        {
            var count = optimizer.CountOf(name);
            tensors.Add(SafetensorsTensor.Of(
                MasterPrefix + name, [count], () => StateOfAllRanks.ToZero(optimizer, name, count, () => masters[name])));
        }

        return optimizer.ShardedOver.Rank == 0 ? SafetensorsWriter.Write(path, tensors, Metadata(optimizer)) : TakePart(tensors);
    }

    /// <summary>
    /// Reads an optimizer's state, so that its next step is the one that the saved optimizer would have taken. If it is sharded,
    /// each rank reads its own shard.
    /// </summary>
    /// <param name="optimizer">An optimizer of the same kind over the same model, in any storage.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="CheckpointException">
    /// The file is damaged or from another optimizer. The optimizer is unchanged.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static void Load(MuOptimizer optimizer, string path)
    {
        using var file = SafetensorsReader.Open(path);
        Apply(optimizer, Read(optimizer, file));
    }

    /// <summary>Reads and checks a state without changing anything.</summary>
    /// <param name="optimizer">The optimizer that the state is for.</param>
    /// <param name="file">The file.</param>
    /// <param name="masks">The masks that the model will have when the state is applied; null for its current masks.</param>
    /// <exception cref="CheckpointException">The file is damaged or from another optimizer.</exception>
    internal static SavedOptimizer Read(
        MuOptimizer optimizer, SafetensorsReader file, IReadOnlyDictionary<string, WeightMask>? masks = null)
    {
        using var scope = NewDisposeScope();
        RequireKind(optimizer, file);
        var scale = ReadScale(optimizer, file);

        var known = optimizer.Names.SelectMany(static name => (string[])[StepsPrefix + name, Moment(0, name), Moment(1, name)])
            .Concat(optimizer.NamesOfMasters.Select(static name => MasterPrefix + name)).ToHashSet();
        if (file.Entries.Keys.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
        {
            throw new CheckpointException($"{file.Path} has '{unknown}', which this optimizer does not have");
        }

        // If the optimizer is sharded, this rank reads only its own shard.
        Dictionary<string, (long Steps, List<float[]> Moments)> states = [];
        var own = optimizer.States.ToDictionary(static entry => entry.Name, static entry => entry.State);
        foreach (var name in optimizer.Names)
        {
            var steps = file.ReadLongs(StepsPrefix + name) is [>= 0 and <= int.MaxValue and var count]
                ? count
                : throw new CheckpointException(
                    $"'{StepsPrefix}{name}' in {file.Path} is not one number from 0 to {int.MaxValue}");
            if (own.TryGetValue(name, out var state))
            {
                states.Add(name, (steps, [.. Enumerable.Range(0, state.MomentsAfter(steps))
                    .Select(index => Read(file, Moment(index, name), Kept(name)))]));
            }
        }

        // A tensor that is stored dense has a dense float32 copy, regardless of its mask.
        var masters = optimizer.MasterWeights.Select(static master => master.Name).ToDictionary(
            static name => name,
            name => Read(file, MasterPrefix + name, optimizer.MaskOf(name) is null ? Kept(name) : optimizer.CountOf(name)));
        return new(states, masters, scale.Value, scale.GoodSteps, scale.Skipped);

        long Kept(string name) => (masks?.GetValueOrDefault(name) ?? optimizer.MaskOf(name))?.Kept ?? optimizer.CountOf(name);
    }

    /// <summary>Applies a state that was read for the optimizer. The model must have its final masks already.</summary>
    internal static void Apply(MuOptimizer optimizer, SavedOptimizer saved)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var (name, state) in optimizer.States)
        {
            var (steps, moments) = saved.States[name];
            state.Restart(steps);
            var mask = optimizer.MaskOf(name);
            foreach (var (moment, values) in state.Moments().Zip(moments))
            {
                moment.copy_(tensor(mask is null ? values : Spread(values, mask), moment.shape));
            }
        }

        foreach (var (name, master) in optimizer.MasterWeights)
        {
            master.copy_(tensor(saved.Masters[name], master.shape));
        }

        optimizer.LossScale?.Restore(saved.Scale, saved.GoodSteps, saved.Skipped);
    }

    private static string Moment(int index, string name) =>
        string.Create(CultureInfo.InvariantCulture, $"moment{index + 1}.{name}");

    private static Dictionary<string, string> Metadata(MuOptimizer optimizer)
    {
        var metadata = new Dictionary<string, string> { ["format"] = Format, [KindKey] = optimizer.Kind };
        if (optimizer.LossScale is { } scale)
        {
            metadata[ScaleKey] = scale.Value.ToString("R", CultureInfo.InvariantCulture);
            metadata[GoodKey] = scale.GoodSteps.ToString(CultureInfo.InvariantCulture);
            metadata[SkippedKey] = scale.Skipped.ToString(CultureInfo.InvariantCulture);
        }

        return metadata;
    }

    private static void RequireKind(MuOptimizer optimizer, SafetensorsReader file)
    {
        if (file.Metadata.GetValueOrDefault("format") != Format || file.Metadata.GetValueOrDefault(KindKey) is not { } kind)
        {
            throw new CheckpointException($"{file.Path} is not an optimizer's state");
        }

        if (kind != optimizer.Kind)
        {
            throw new CheckpointException($"{file.Path} is the state of {kind}, but this optimizer is {optimizer.Kind}");
        }
    }

    private static (double Value, int GoodSteps, int Skipped) ReadScale(MuOptimizer optimizer, SafetensorsReader file)
    {
        if (optimizer.LossScale is null != !file.Metadata.ContainsKey(ScaleKey))
        {
            throw new CheckpointException(
                $"{file.Path} was written by an optimizer with{(optimizer.LossScale is null ? string.Empty : "out")} "
                + "a loss scale, unlike this one");
        }

        if (optimizer.LossScale is null)
        {
            return default;
        }

        return double.TryParse(file.Metadata[ScaleKey], CultureInfo.InvariantCulture, out var value)
            && value >= 1
            && double.IsFinite(value)
            && int.TryParse(file.Metadata.GetValueOrDefault(GoodKey), out var good) && good >= 0
            && int.TryParse(file.Metadata.GetValueOrDefault(SkippedKey), out var skipped) && skipped >= 0
            ? (value, good, skipped)
            : throw new CheckpointException(
                $"the loss scale in {file.Path} is damaged: it must be a finite number, at least 1, with two counts");
    }

    private static float[] Read(SafetensorsReader file, string name, long count)
    {
        var entry = file.Entry(name, SafetensorsType.Float);
        return entry.Shape.AsSpan().SequenceEqual([count])
            ? file.ReadFloats(name)
            : throw new CheckpointException(
                $"'{name}' in {file.Path} has shape [{string.Join(", ", entry.Shape)}], but this optimizer needs [{count}]");
    }

    // Requests every tensor at the same time as rank 0, which writes it, because each request is a collective call.
    private static Dictionary<string, string> TakePart(List<SafetensorsTensor> tensors)
    {
        foreach (var tensor in tensors)
        {
            using var scope = NewDisposeScope();
            _ = tensor.Bytes();
        }

        return [];
    }

    private static Tensor Kept(Tensor moment, WeightMask? mask)
    {
        if (mask is null)
        {
            return moment;
        }

        var all = MemoryMarshal.Cast<byte, float>(TensorNumbers.FloatsOf(moment).bytes);
        var kept = new float[mask.Kept];
        var count = 0;
        foreach (var position in mask.Positions())
        {
            kept[count++] = all[(int)position];
        }

        return tensor(kept);
    }

    private static float[] Spread(float[] kept, WeightMask mask)
    {
        var all = new float[mask.Count];
        foreach (var (position, value) in mask.Positions().Zip(kept))
        {
            all[position] = value;
        }

        return all;
    }
}
