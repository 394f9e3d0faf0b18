using SuParDsl.Lab.Data;
using SuParDsl.Lab.Training;
using SuParDsl.Optimizers;
using SuParDsl.Sparsity;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Replay;

/// <summary>Trains a model from a reference run's weights, masks and batches, and compares it with the run.</summary>
internal static class Replayer
{
    /// <summary>Replays a run.</summary>
    /// <param name="run">The reference.</param>
    /// <param name="mapping">Maps the run to the model.</param>
    /// <param name="report">Receives every step.</param>
    /// <exception cref="UserException">The run does not map to the model.</exception>
    public static ReplayResult Replay<TModel, TSize>(ReferenceRun run, ReferenceMapping<TSize> mapping, Action<ReplayStep> report)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class => Replay<TModel, TSize>(run, mapping, static (_, weights) => weights, report);

    /// <summary>
    /// Measures how much the run amplifies the last bit: replays it with each initial weight rounded to a neighbouring float or
    /// left unchanged, at random. Each item has the losses of one such run.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<double>> OtherRoundings<TModel, TSize>(
        ReferenceRun run, ReferenceMapping<TSize> mapping, int count)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class =>
        [
            .. Enumerable.Range(1, count).Select(seed => Replay<TModel, TSize>(
                run, mapping, (name, weights) => InLastBit(weights, new Random((1000 * seed) + name.Length)), static _ => { })
                .Steps.Select(static step => step.Loss).ToList()),
        ];

    private static ReplayResult Replay<TModel, TSize>(
        ReferenceRun run, ReferenceMapping<TSize> mapping, Func<string, float[], float[]> initial, Action<ReplayStep> report)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        var config = run.Trace.Config;
        using var bases = BaseSizes.Replace(mapping.BaseWidth, config.BaseWidth);
        using var model = TModel.Create(mapping.Size(config), 0);

        // Compute as the reference does, dense and in PyTorch's order, so that differences come from the rule and not from
        // rounding.
        model.UseStorage(Storage.Masked);
        Load(run, model, mapping.Name, initial);
        var (inputs, targets) = run.Batches();
        var logits = LogitDifference(run, model, inputs);

        using var optimizer = model.AdamW(config.Lr, config.Beta1, config.Beta2, config.Eps, config.WeightDecay, fused: false);
        model.train();
        var steps = new List<ReplayStep>();
        var size = config.Batch * config.Context;
        foreach (var (step, reference) in run.Trace.Trace.Index())
        {
            var part = (step * size)..((step + 1) * size);
            var batch = new TokenBatch(inputs[part], targets[part], config.Batch, config.Context);
            steps.Add(Step(model, optimizer, batch, config.GradClip, reference));
            report(steps[^1]);
        }

        return new(
            steps, logits, run.Weights.Max(name => Difference(model.GetWeights(mapping.Name(name)), run.Final(name))),
            Distinct(optimizer.Groups.Select(static group => group.LearningRateMultiplier)), Distinct(run.Trace.LrScale));
    }

    private static float[] InLastBit(float[] weights, Random random) =>
    [
        .. weights.Select(weight => random.Next(3) switch
        {
            0 => MathF.BitIncrement(weight),
            1 => MathF.BitDecrement(weight),
            _ => weight,
        }),
    ];

    private static ReplayStep Step(IModel model, MuOptimizer optimizer, TokenBatch batch, double clip, ReferenceStep reference)
    {
        using var scope = NewDisposeScope();
        optimizer.zero_grad();
        var (inputs, targets) = batch.ToTensors();
        // Use the engine's cross-entropy, as the reference does, because an unstable run amplifies the last bit.
        var loss = nn.functional.cross_entropy(model.Call([inputs])[0].flatten(0, 1), targets.flatten());
        loss.Backward();
        var norm = optimizer.ClipGradNorm(clip > 0 ? clip : double.PositiveInfinity);
        optimizer.step();
        return new(reference.Step, loss.ToDouble(), reference.Loss, norm, reference.GradNorm);
    }

    private static void Load(ReferenceRun run, IModel model, Func<string, string> map, Func<string, float[], float[]> initial)
    {
        model.SetMasks(Masks(run, model, map));
        var missing = model.Tensors.Select(static tensor => tensor.Name).ToHashSet();
        foreach (var name in run.Weights)
        {
            var own = map(name);
            if (!missing.Remove(own))
            {
                throw new UserException(
                    $"the reference's tensor {name} maps to {own}, "
                    + $"which this {model.GetName()} does not have");
            }

            RequireShape(run, model, own, name);
            model.SetWeights(own, initial(name, run.Initial(name)));
        }

        if (missing.Count > 0)
        {
            throw new UserException(
                $"the reference has no initial weights for {string.Join(", ", missing.Order(StringComparer.Ordinal))}");
        }

        model.ApplyMasks();
    }

    private static Dictionary<string, WeightMask> Masks(ReferenceRun run, IModel model, Func<string, string> map)
    {
        var masks = new Dictionary<string, WeightMask>();
        foreach (var name in run.Masks)
        {
            var (own, mask) = (map(name), run.Mask(name));
            if (model.Masks.TryGetValue(own, out var drawn) && drawn.Shape.SequenceEqual(mask.Shape))
            {
                masks[own] = mask;
            }
            else if (drawn is not null || mask.Kept < mask.Count)
            {
                throw new UserException(
                    $"the reference masks {name} of shape [{string.Join(", ", mask.Shape)}], "
                    + $"but {own} has no mask of that shape");
            }
        }

        return model.Masks.Keys.FirstOrDefault(name => !masks.ContainsKey(name)) is { } unmasked
            ? throw new UserException($"the reference has no mask for {unmasked}, which is sparse in this model")
            : masks;
    }

    private static void RequireShape(ReferenceRun run, IModel model, string own, string name)
    {
        var (theirs, ours) =
            (run.InitialShape(name), model.Tensors.Single(tensor => tensor.Name == own).Axes.Select(static axis => axis.Value));
        if (!theirs.SequenceEqual(ours))
        {
            throw new UserException(
                $"the reference's tensor {name} has shape [{string.Join(", ", theirs)}], "
                + $"but {own} has [{string.Join(", ", ours)}]");
        }
    }

    private static double LogitDifference(ReferenceRun run, IModel model, long[] inputs)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var (expected, rows) = run.Logits();
        var context = run.Trace.Config.Context;
        model.eval();
        float[] logits = [.. model.Call([tensor(inputs[..(rows * context)], [rows, context])])[0].contiguous().data<float>()];
        return Difference(logits, expected);
    }

    /// <summary>The largest absolute difference; NaN if a difference is NaN.</summary>
    private static double Difference(float[] actual, float[] expected) => actual.Length == expected.Length
        ? actual.Zip(expected).Aggregate(0.0, static (max, pair) => Math.Max(max, Math.Abs((double)pair.First - pair.Second)))
        : throw new UserException($"the reference has {expected.Length} values where this model has {actual.Length}");

    private static double[] Distinct(IEnumerable<double> rates) => [.. rates.Distinct().Order()];
}
