using System.Globalization;
using SuParDsl.Distributed;
using static TorchSharp.torch;

namespace SuParDsl.Sparsity;

/// <summary>
/// Changes a model's masks during training. It takes the optimizer's steps. After a step with an update in the schedule, the
/// method of each sparse tensor chooses a new mask; RigL uses the gradients of that step. Weights that are kept keep their
/// moments; new weights start at zero with moments of zero. Under <see cref="Rule.Measured"/> it measures at each update, before
/// masks change.
/// </summary>
/// <remarks>
/// Call <see cref="Step"/> instead of <c>optimizer.step(maxNorm)</c>. Masks do not change between two steps, however many
/// micro-batches a step accumulates: they see the accumulated gradient. In steps that need dense gradients every matrix is stored
/// dense.
/// <para>
/// A frozen tensor (<c>requires_grad</c> is false) keeps its mask under every method. Once it is trained again, pruning catches
/// up in the next update. RigL also keeps the mask of a tensor without a gradient in the step, because it chooses by the
/// gradient.
/// </para>
/// </remarks>
public sealed class DynamicMasks : IDisposable
{
    private readonly IModel model;
    private readonly MuOptimizer optimizer;
    private readonly MaskSchedule schedule;
    private readonly ProcessGroup? ranks;
    private readonly Dictionary<string, ModelTensor> moving;
    private readonly bool measures;
    private readonly Dictionary<string, double> declared;
    private readonly long prunedInTheEnd;
    private bool isUpdate;
    private UpdateShare? measurement;

    /// <summary>Starts at step 0, or resumes after a number of steps.</summary>
    /// <param name="model">The model. Attributes or <see cref="IModel.UseMethod"/> choose the method of each tensor.</param>
    /// <param name="optimizer">The model's optimizer.</param>
    /// <param name="schedule">When and how much masks change.</param>
    /// <param name="steps">The number of steps already taken.</param>
    /// <param name="ranks">
    /// The process group, on each rank of which the same calls are made; null for one process. Gradients must already be averaged
    /// over the ranks (<see cref="GradientReducer"/>, dense tensors where dense gradients are needed); measurements are averaged
    /// here.
    /// </param>
    /// <exception cref="ArgumentException">
    /// No mask of the model changes and nothing is measured, or the schedule is invalid.
    /// </exception>
    public DynamicMasks(IModel model, MuOptimizer optimizer, MaskSchedule schedule, int steps = 0, ProcessGroup? ranks = null)
    {
        schedule.Check();
        (this.model, this.optimizer, this.schedule, this.ranks, Steps) = (model, optimizer, schedule, ranks, steps);
        moving = Moving(model).ToDictionary(static tensor => tensor.Name);
        measures = Measures(model);
        if (!AreNeeded(model))
        {
            throw new ArgumentException(
                $"no mask of this {model.GetName()} changes: give [Sparse] a Method, or call {nameof(IModel.UseMethod)}");
        }

        MaskMoves.RequireSingleWeights(schedule.Global ? Pruned : []);
        declared = moving.Keys.ToDictionary(static name => name, model.DeclaredDensity);
        prunedInTheEnd = KeptInTheEnd([.. Pruned]);
        RequireNoGradients();
        Prepare();
    }

    /// <summary>Whether a model has masks that change during training, or fractions to measure.</summary>
    public static bool AreNeeded(IModel model) => Measures(model) || Moving(model).Any();

    /// <summary>The number of steps taken or skipped.</summary>
    public int Steps { get; private set; }

    /// <summary>The number of steps so far in which masks were updated or a measurement was made.</summary>
    public int Updates { get; private set; }

    /// <summary>
    /// Clips the current gradients, takes one step of the optimizer and removes the gradients. Then it updates the masks, if the
    /// step has an update.
    /// </summary>
    /// <param name="maxNorm">The largest norm; infinity clips nothing.</param>
    /// <returns>
    /// The norm before clipping. If it is not finite, no step was taken, no mask changed, and the gradients are unchanged: call
    /// <see cref="Skip"/> to continue with the next step.
    /// </returns>
    /// <exception cref="BackwardException">
    /// A backward pass has failed (<see cref="BackwardErrors"/>). Nothing has changed.
    /// </exception>
    public double Step(double maxNorm)
    {
        optimizer.RequireGradients();
        optimizer.DropFrozenGradients();

        // Read the gradients before the step, which removes them.
        var gradients = isUpdate ? Gradients() : [];
        var shares = measurement is null ? [] : OverRanks(measurement.Measure(model.Masks));
        var norm = optimizer.step(maxNorm);
        if (!double.IsFinite(norm))
        {
            return norm;
        }

        Steps++;
        if (isUpdate)
        {
            Updates++;
            Move(gradients);
            var all = new Dictionary<string, double>(model.Shares);
            foreach (var (name, share) in shares)
            {
                all[name] = Mean(all.GetValueOrDefault(name, share), share);
            }

            model.SetShares(all);
        }

        Prepare();
        return norm;
    }

    /// <summary>
    /// Counts a step that is not taken, for example because its loss or gradients are NaN, and removes the gradients. The step's
    /// mask update is skipped. Only the last update of gradual pruning is made up for, in the next step that is taken.
    /// </summary>
    public void Skip()
    {
        optimizer.zero_grad();
        Steps++;
        Prepare();
    }

    /// <summary>Stops changing masks. The model and its optimizer stay as they are.</summary>
    public void Dispose()
    {
        measurement?.Dispose();
        measurement = null;
        model.KeepDense(false);
    }

    private void RequireNoGradients()
    {
        using var scope = NewDisposeScope();
        foreach (var (name, parameter) in model.ParametersByName())
        {
            if (parameter.grad is { } gradient && gradient.count_nonzero().ToInt64() > 0)
            {
                throw new InvalidOperationException(
                    $"{name} has a gradient, as in the middle of its accumulation: "
                    + $"masks may change only between steps, after {nameof(MuOptimizer.zero_grad)}");
            }
        }
    }

    // Each rank has seen its own part of the batch. A fraction that one rank could not measure is NaN in the sum and is left out.
    private Dictionary<string, double> OverRanks(Dictionary<string, double> shares)
    {
        if (ranks is not { Count: > 1 })
        {
            return shares;
        }

        string[] names = [.. model.Masks.Keys.Order(StringComparer.Ordinal)];
        var sums = ranks.Sum([.. names.Select(name => shares.GetValueOrDefault(name, double.NaN))]);
        return names.Zip(sums, (name, sum) => (name, Mean: sum / ranks.Count)).Where(static s => !double.IsNaN(s.Mean))
            .ToDictionary(static s => s.name, static s => s.Mean);
    }

    // The mean of the old and the new value, in single precision, as checkpoints store it.
    private static double Mean(double old, double now) => (float)((old + now) / 2);

    private static IEnumerable<ModelTensor> Moving(IModel model) =>
        model.Tensors.Where(tensor => model.Masks.ContainsKey(tensor.Name) && tensor.Method != SparsityMethod.Static);

    private static bool Measures(IModel model) => model.Rule == Rule.Measured && model.Masks.Count > 0;

    // Prepares the next step. It must run before that step's forward pass.
    private void Prepare()
    {
        isUpdate = (schedule.IsUpdate(Steps + 1) && HasEffect(Steps + 1)) || IsPruningBehind();
        measurement?.Dispose();
        model.KeepDense(isUpdate && (measures || moving.Values.Any(static tensor => tensor.Method == SparsityMethod.RigL)));
        measurement = isUpdate && measures ? new UpdateShare(model) : null;
    }

    // Once the ramp has reached 0, SET and RigL change nothing.
    private bool HasEffect(int step) => measures || Pruned.Any() || schedule.DropAt(step) > 0;

    // True at the stop if the schedule has no update there, and later if that step was skipped. Frozen tensors are ignored.
    private bool IsPruningBehind()
    {
        if (Steps + 1 < schedule.Stop || Kept(Pruned) <= prunedInTheEnd)
        {
            return false;
        }

        ModelTensor[] trained = [.. Pruned.Where(IsTrained)];
        return Kept(trained) > KeptInTheEnd(trained);
    }

    private long Kept(IEnumerable<ModelTensor> tensors) => tensors.Sum(tensor => model.Masks[tensor.Name].Kept);

    private bool IsTrained(ModelTensor tensor) => !optimizer.IsFrozen(tensor.Name);

    private long KeptInTheEnd(ModelTensor[] pruned) => schedule.Global
        ? MaskMoves.CountTogether(pruned.Length, pruned.Sum(static tensor => tensor.Count), DensityTogether(pruned))
        : pruned.Sum(tensor => MagnitudeMasks.Count(tensor.Mask, model.Masks[tensor.Name].Shape, declared[tensor.Name]));

    private IEnumerable<ModelTensor> Pruned => moving.Values.Where(static tensor => tensor.Method == SparsityMethod.Gmp);

    private Dictionary<string, float[]> Gradients()
    {
        using var scope = NewDisposeScope();
        var parameters = model.ParametersByName();
        return moving.Values.Where(tensor => tensor.Method == SparsityMethod.RigL && parameters[tensor.Name].grad is not null)
            .ToDictionary(static tensor => tensor.Name, tensor => TensorNumbers.Of(parameters[tensor.Name].grad!));
    }

    private void Move(Dictionary<string, float[]> gradients)
    {
        // If only pruning is behind schedule, update the pruned tensors and leave the others.
        ModelTensor[] moved =
        [
            .. (schedule.IsUpdate(Steps) ? moving.Values : Pruned)
                .Where(
                    tensor => IsTrained(tensor) && (tensor.Method != SparsityMethod.RigL || gradients.ContainsKey(tensor.Name))),
        ];
        ModelTensor[] together = schedule.Global ? [.. moved.Where(static tensor => tensor.Method == SparsityMethod.Gmp)] : [];
        var masks = moved.Except(together).ToDictionary(static tensor => tensor.Name, tensor => Moved(tensor, gradients));
        foreach (var (tensor, mask) in together.Zip(PrunedTogether(together)))
        {
            masks.Add(tensor.Name, mask);
        }

        model.SetMasks(masks);
    }

    private WeightMask Moved(ModelTensor tensor, Dictionary<string, float[]> gradients)
    {
        var (mask, weights) = (model.Masks[tensor.Name], model.GetWeights(tensor.Name));
        return tensor.Method switch
        {
            SparsityMethod.Set =>
                MaskMoves.Rewire(mask, weights, RandomScores(tensor), schedule.DropAt(Steps), schedule.DropBySign),
            SparsityMethod.RigL => MaskMoves.Rewire(mask, weights, gradients[tensor.Name], schedule.DropAt(Steps)),
            _ => MaskMoves.Prune(tensor.Name, mask, weights, schedule.DensityAt(Steps, declared[tensor.Name]), tensor.Mask),
        };
    }

    private WeightMask[] PrunedTogether(ModelTensor[] tensors) => tensors.Length == 0 ? [] : MaskMoves.PruneTogether(
        [.. tensors.Select(tensor => model.Masks[tensor.Name])], [.. tensors.Select(tensor => model.GetWeights(tensor.Name))],
        Math.Min(schedule.DensityAt(Steps, DensityTogether(tensors)), DensityNow(tensors)), schedule.Normalize);

    // Tensors that were pruned while others were frozen may together already be sparser than the ramp.
    private double DensityNow(ModelTensor[] tensors) => (double)Kept(tensors) / tensors.Sum(static tensor => tensor.Count);

    // Global pruning: the target is the parameter-weighted mean of the declared densities.
    private double DensityTogether(ModelTensor[] tensors) =>
        tensors.Sum(tensor => declared[tensor.Name] * tensor.Count) / Math.Max(1, tensors.Sum(static tensor => tensor.Count));

    // Drawn from seed, name and step only, so that a resumed run draws the same scores.
    private float[] RandomScores(ModelTensor tensor)
    {
        var random = new SeededRandom(model.Seed, string.Create(CultureInfo.InvariantCulture, $"{tensor.Name}/regrow {Steps}"));
        var scores = new float[tensor.Count];
        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] = (float)random.NextDouble();
        }

        return scores;
    }
}
