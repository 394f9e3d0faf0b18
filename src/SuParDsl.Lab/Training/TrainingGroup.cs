using System.Diagnostics;
using System.Globalization;
using SuParDsl.Distributed;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Parallel;
using SuParDsl.Optimizers;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Training;

/// <summary>
/// The collective operations of a training run over the processes of a group, of which there may be one. Every rank calls them
/// in the same order.
/// </summary>
/// <param name="ranks">The process group.</param>
/// <param name="model">The model, the same on every rank and already on its device.</param>
/// <param name="options">The training options.</param>
/// <param name="sharing">The data-parallel options.</param>
/// <param name="warn">Receives a warning about a slow rank; called on rank 0 only.</param>
internal sealed class TrainingGroup(
    ProcessGroup ranks, IModel model, TrainingOptions options, DataParallelOptions sharing, Action<string> warn) : IDisposable
{
    private readonly IGradientExchange exchange = GradientExchange.Of(ranks, model, sharing);
    private readonly SlowRanks slow = new(ranks.Count);
    private long stepBegun;
    private string state = string.Empty;

    /// <summary>The process group.</summary>
    public ProcessGroup Ranks => ranks;

    /// <summary>Whether this rank writes checkpoints.</summary>
    public bool Writes => ranks.Rank == 0;

    /// <summary>One line with the cost of the gradient exchange and the memory of a sharded optimizer's state.</summary>
    public string Summary => $"{ranks.Count} ranks: {exchange.Summary}{state}";

    /// <summary>The group of this process alone.</summary>
    public static TrainingGroup Single(IModel model, TrainingOptions options) =>
        new(ProcessGroup.Single, model, options, DataParallelOptions.Default, static _ => { });

    /// <summary>Shards an optimizer's state over the ranks if the options say so.</summary>
    public void Shard(MuOptimizer optimizer)
    {
        if (sharing.ShardOptimizer)
        {
            optimizer.ShardOver(ranks);
        }
    }

    /// <summary>Measures how much of a sharded optimizer's state each rank holds at the end, for <see cref="Summary"/>.</summary>
    public void MeasureState(MuOptimizer optimizer)
    {
        if (sharing.ShardOptimizer)
        {
            double[] own = [.. ranks.Gather(optimizer.StateBytes).Select(static rank => rank[0])];
            state = string.Create(
                CultureInfo.InvariantCulture,
                $"; the largest rank keeps {own.Max() / 1e6:F3} MB of the optimizer's state "
                + $"({own.Sum() / 1e6:F3} MB if not sharded)");
        }
    }

    /// <summary>Runs work on every rank. If it fails on one rank, the call fails on all.</summary>
    public T RunOnAll<T>(Func<T> work) => ranks.RunOnAll(work);

    /// <summary>Verifies that all ranks resume from the same weights.</summary>
    public void RequireSameState(int step) => ranks.RunOnAll(() => SameOnAllRanks.RequireSameState(ranks, model, step));

    /// <summary>Whether any rank has been asked to stop.</summary>
    public bool AnyStops(bool stop) => ranks.Sum(stop ? 1 : 0)[0] > 0;

    /// <summary>What rank 0 answers; null for nothing and for an empty text. If it fails, the call fails on all ranks.</summary>
    public string? FromRank0(Func<string?> answer) =>
        (ranks.Count == 1 ? answer() : ranks.RunOnRank0(() => answer() ?? string.Empty)) is { Length: > 0 } text ? text : null;

    /// <summary>
    /// Whether rank 0 finds something. It decides for all ranks, because another rank may see an older state of a shared file
    /// system.
    /// </summary>
    public bool RankZeroFinds(Func<bool> found) => ranks.Sum(Writes && found() ? 1 : 0)[0] > 0;

    /// <summary>Begins a step and returns this rank's rows of the batch.</summary>
    /// <remarks>
    /// Several ranks seed dropout with (seed, step, rank), so that a checkpoint needs no random state of a rank. A single process
    /// draws on from its generator, whose state is in its checkpoints.
    /// </remarks>
    public Batch Begin(Batch batch, int step)
    {
        stepBegun = Stopwatch.GetTimestamp();
        if (ranks.Count > 1)
        {
            manual_seed((long)SplitMix.Bits(~options.Seed, step, ranks.Rank));
        }

        var rows = batch.Inputs.shape[0] / ranks.Count;
        return batch.Map(tensor => tensor.narrow(0, ranks.Rank * rows, rows));
    }

    /// <summary>Starts the gradient exchange. Call it before the forward pass of the step's last micro-batch.</summary>
    public void BeginGradients() => exchange.Begin();

    /// <summary>Ends a step's backward passes: averages gradients and the loss over the ranks.</summary>
    /// <param name="loss">The mean loss of this rank's rows.</param>
    /// <returns>The mean over all ranks.</returns>
    public double Finish(double loss)
    {
        var own = Stopwatch.GetElapsedTime(stepBegun).TotalSeconds;
        exchange.Finish();
        var all = ranks.Gather(loss, own);
        if (slow.Add([.. all.Select(static rank => rank[1])]) is { } warning && Writes)
        {
            warn(warning);
        }

        return all.Average(static rank => rank[0]);
    }

    /// <summary>The failure that the lowest rank with one has found; null if no rank has found one.</summary>
    public string? FirstFailure(string? found) =>
        ranks.Gather(found ?? string.Empty).FirstOrDefault(static text => text.Length > 0);

    /// <summary>This rank's shard of some validation batches.</summary>
    public IEnumerable<Batch> ShardOf(IEnumerable<Batch> batches) =>
        batches.Where((_, index) => index % ranks.Count == ranks.Rank);

    /// <summary>Sums over the ranks.</summary>
    public double[] Sum(params ReadOnlySpan<double> values) => ranks.Sum(values);

    /// <summary>
    /// Replaces statistics that each rank has gathered on its own rows, such as those of batch norms, by their means over the
    /// ranks.
    /// </summary>
    public void AverageStatistics()
    {
        if (ranks.Count == 1)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var buffer in model.Module.buffers().Where(static buffer => buffer.is_floating_point()))
        {
            var sums = ranks.Sum([.. buffer.cpu().to(ScalarType.Float64).reshape(-1).data<double>()]);
            buffer.copy_(Functional.Divide(tensor(sums).reshape(buffer.shape), ranks.Count));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => exchange.Dispose();
}
