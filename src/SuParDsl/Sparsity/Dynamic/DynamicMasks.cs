using System.Globalization;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// Moves a model's masks while it trains: takes the optimizer's steps and, where the schedule has an update, lets each sparse
/// tensor's method choose another mask afterwards. Gradients for RigL's choice are those of that step; weights that are kept go
/// on with their moments, new ones begin at zero with none. Under <see cref="Rule.Measured"/> it measures at each update, before
/// masks move.
/// </summary>
/// <remarks>
/// In place of <c>optimizer.step(maxNorm)</c> call <see cref="Step"/>. Between two of them masks do not change, however many
/// micro-batches a step adds up: its gradient is the whole step's. In the steps that need dense gradients every matrix is stored whole.
/// <para>
/// A frozen tensor (<c>requires_grad</c> is false) keeps its mask under every method; pruning catches up in the next update after it is
/// trained again. RigL also leaves the mask of a tensor that no gradient has reached in the step, as it has nothing to choose by.
/// </para>
/// </remarks>
public sealed class DynamicMasks : IDisposable
{
    private readonly Model model;
    private readonly MuOptimizer optimizer;
    private readonly MaskSchedule schedule;
    private readonly ProcessGroup? ranks;
    private readonly Dictionary<string, ModelTensor> moving;
    private readonly bool measures;
    private readonly Dictionary<string, double> declared;
    private readonly long prunedInTheEnd;
    private bool isUpdate;
    private UpdateShare? measurement;

    /// <summary>Begins, or goes on after a number of steps.</summary>
    /// <param name="model">The model; its tensors' methods are their attributes' or <see cref="Model.UseMethod"/>'s.</param>
    /// <param name="optimizer">Its optimizer.</param>
    /// <param name="schedule">When masks move.</param>
    /// <param name="steps">The number of steps already taken.</param>
    /// <param name="ranks">
    /// The ranks that train together, on each of which the same happens; null for one process. Their gradients are averaged
    /// beforehand (<see cref="GradientReducer"/>, of whole tensors where dense gradients are needed), their shares here.
    /// </param>
    /// <exception cref="ArgumentException">No mask of the model moves and nothing is measured, or the schedule cannot be followed.</exception>
    public DynamicMasks(Model model, MuOptimizer optimizer, MaskSchedule schedule, int steps = 0, ProcessGroup? ranks = null)
    {
        schedule.Check();
        (this.model, this.optimizer, this.schedule, this.ranks, Steps) = (model, optimizer, schedule, ranks, steps);
        moving = Moving(model).ToDictionary(static tensor => tensor.Name);
        measures = Measures(model);
        if (!AreNeeded(model))
        {
            throw new ArgumentException($"no mask of this {model.GetName()} moves: give [Sparse] a Method, or call {nameof(Model.UseMethod)}");
        }

        MaskMoves.RequireSingleWeights(schedule.Global ? Pruned : []);
        declared = moving.Keys.ToDictionary(static name => name, model.DeclaredDensity);
        prunedInTheEnd = KeptInTheEnd([.. Pruned]);
        RequireNoGradients();
        Prepare();
    }

    /// <summary>Whether a model has masks that move, or shares to measure.</summary>
    public static bool AreNeeded(Model model) => Measures(model) || Moving(model).Any();

    /// <summary>The number of steps taken or skipped.</summary>
    public int Steps { get; private set; }

    /// <summary>The steps in which masks moved or something was measured, so far.</summary>
    public int Updates { get; private set; }

    /// <summary>
    /// One step of the optimizer on the gradients at hand, clipped, after which there are none; then the update of masks, where this
    /// step has one.
    /// </summary>
    /// <param name="maxNorm">The largest norm; infinity clips nothing.</param>
    /// <returns>
    /// The norm before clipping. Where it is not finite no step was taken, no mask moved, and the gradients are as they were:
    /// <see cref="Skip"/> goes on from there.
    /// </returns>
    /// <exception cref="BackwardException">A backward pass has failed (<see cref="BackwardErrors"/>); nothing has changed.</exception>
    public double Step(double maxNorm)
    {
        optimizer.RequireGradients();
        optimizer.DropFrozenGradients();

        // Before the step, which removes what it has used.
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
    /// Counts a step that is not taken, as one whose loss or gradients are no numbers, and removes the gradients. An update that it
    /// would have had is left out, but for the last one of gradual pruning, which follows in the next step that is taken.
    /// </summary>
    public void Skip()
    {
        optimizer.zero_grad();
        Steps++;
        Prepare();
    }

    /// <summary>Stops moving masks. The model and its optimizer stay as they are.</summary>
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
                    $"{name} has a gradient, as in the middle of its accumulation: masks may move only between steps, after {nameof(MuOptimizer.zero_grad)}");
            }
        }
    }

    // Each rank has seen its own part of the batch. A share that one of them could not measure is no number, and left out.
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

    // Half of what was and half of what is, in single precision as checkpoints keep it.
    private static double Mean(double old, double now) => (float)((old + now) / 2);

    private static IEnumerable<ModelTensor> Moving(Model model) =>
        model.Tensors.Where(tensor => model.Masks.ContainsKey(tensor.Name) && tensor.Method != SparsityMethod.Static);

    private static bool Measures(Model model) => model.Rule == Rule.Measured && model.Masks.Count > 0;

    // Before the forward pass: what the next step will need.
    private void Prepare()
    {
        isUpdate = (schedule.IsUpdate(Steps + 1) && HasEffect(Steps + 1)) || IsPruningBehind();
        measurement?.Dispose();
        model.KeepDense(isUpdate && (measures || moving.Values.Any(static tensor => tensor.Method == SparsityMethod.RigL)));
        measurement = isUpdate && measures ? new UpdateShare(model) : null;
    }

    // Where the ramp has reached 0, SET and RigL move nothing.
    private bool HasEffect(int step) => measures || Pruned.Any() || schedule.DropAt(step) > 0;

    // At the stop where the schedule has no update there, and after it where that step was skipped.
    // A frozen tensor holds nothing up.
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
            .ToDictionary(static tensor => tensor.Name, tensor => ModelWeights.NumbersOf(parameters[tensor.Name].grad!));
    }

    private void Move(Dictionary<string, float[]> gradients)
    {
        // Where pruning alone is behind, the others stay.
        ModelTensor[] moved =
        [
            .. (schedule.IsUpdate(Steps) ? moving.Values : Pruned)
                .Where(tensor => IsTrained(tensor) && (tensor.Method != SparsityMethod.RigL || gradients.ContainsKey(tensor.Name))),
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
            SparsityMethod.Set => MaskMoves.Rewire(mask, weights, RandomScores(tensor), schedule.DropAt(Steps), schedule.DropBySign),
            SparsityMethod.RigL => MaskMoves.Rewire(mask, weights, gradients[tensor.Name], schedule.DropAt(Steps)),
            _ => MaskMoves.Prune(tensor.Name, mask, weights, schedule.DensityAt(Steps, declared[tensor.Name]), tensor.Mask),
        };
    }

    private WeightMask[] PrunedTogether(ModelTensor[] tensors) => tensors.Length == 0 ? [] : MaskMoves.PruneTogether(
        [.. tensors.Select(tensor => model.Masks[tensor.Name])], [.. tensors.Select(tensor => model.GetWeights(tensor.Name))],
        Math.Min(schedule.DensityAt(Steps, DensityTogether(tensors)), DensityNow(tensors)), schedule.Normalize);

    // Tensors that were pruned while others were frozen may together be sparser than the ramp is.
    private double DensityNow(ModelTensor[] tensors) => (double)Kept(tensors) / tensors.Sum(static tensor => tensor.Count);

    // The density that the tensors were declared with, all weights counted alike.
    private double DensityTogether(ModelTensor[] tensors) =>
        tensors.Sum(tensor => declared[tensor.Name] * tensor.Count) / Math.Max(1, tensors.Sum(static tensor => tensor.Count));

    // From seed, name and step alone, so that a resumed run draws the same.
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
