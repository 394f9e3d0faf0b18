using System.Diagnostics;
using System.Globalization;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Parallel;
using SuParDsl.Lab.Training;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Training;

/// <summary>What a rank does in a training run besides its own share of the work. Every rank does the same, in the same order.</summary>
/// <param name="ranks">The ranks, two or more.</param>
/// <param name="model">The model, the same on every rank.</param>
/// <param name="options">How it is trained.</param>
/// <param name="sharing">How the ranks share the work.</param>
/// <param name="warn">Is told of a slow rank, on rank 0.</param>
internal sealed class SharedTraining(
    ProcessGroup ranks, Model model, TrainingOptions options, DataParallelOptions sharing, Action<string> warn) : IDisposable
{
    private readonly GradientReducer average = new(model, ranks, sharing.Overlap, sharing.Transport);
    private readonly SlowRanks slow = new(ranks.Count);
    private readonly Stopwatch total = Stopwatch.StartNew();
    private long stepBegun, sent, steps;
    private string state = string.Empty;

    /// <summary>The ranks.</summary>
    public ProcessGroup ProcessGroup => ranks;

    /// <summary>Whether this rank writes checkpoints.</summary>
    public bool Writes => ranks.Rank == 0;

    /// <summary>What the gradients cost, and a sharded optimizer's state, in a line.</summary>
    public string Summary => string.Create(
        CultureInfo.InvariantCulture,
        $"{ranks.Count} ranks: each sends {(steps == 0 ? 0 : sent / steps) / 1e6:F3} MB of gradients a step "
        + $"({average.DenseBytesPerStep / 1e6:F3} MB if dense) by {Way}; "
        + $"{average.Exposed / total.Elapsed:P1} of the time went into what no backward pass hides{state}");

    /// <summary>Shards an optimizer's state over the ranks, where that was asked for.</summary>
    public void Shard(MuOptimizer optimizer)
    {
        if (sharing.ShardOptimizer)
        {
            optimizer.ShardOver(ranks);
        }
    }

    /// <summary>Measures what each rank keeps of a sharded optimizer's state at the end: for the summary.</summary>
    public void MeasureState(MuOptimizer optimizer)
    {
        if (sharing.ShardOptimizer)
        {
            double[] own = [.. ranks.Gather(optimizer.StateBytes).Select(static rank => rank[0])];
            state = string.Create(
                CultureInfo.InvariantCulture,
                $"; the largest rank keeps {own.Max() / 1e6:F3} MB of the optimizer's state ({own.Sum() / 1e6:F3} MB if whole)");
        }
    }

    private string Way => average.Transport switch
    {
        Transport.Nccl => "NCCL",
        Transport.Mpi => "MPI's blocking sums",
        _ => "MPI",
    };

    /// <summary>Does something that may fail on every rank, or fails on every rank.</summary>
    public T RunOnAll<T>(Func<T> work) => ranks.RunOnAll(work);

    /// <summary>Makes sure that all ranks go on from the same weights.</summary>
    public void RequireSameState(int step) => ranks.RunOnAll(() =>
    {
        SameOnAllRanks.RequireSameState(ranks, model, step);
        return true;
    });

    /// <summary>Whether any rank has been asked to stop.</summary>
    public bool AnyStops(bool stop) => ranks.Sum(stop ? 1 : 0)[0] > 0;

    /// <summary>Begins a step: gives this rank's rows of its batch.</summary>
    /// <remarks>Dropout draws from (seed, step, rank), so that nothing about a rank has to be remembered.</remarks>
    public Batch Begin(Batch batch, int step)
    {
        stepBegun = Stopwatch.GetTimestamp();
        manual_seed((long)SplitMix.Bits(~options.Seed, step, ranks.Rank));
        var rows = batch.Inputs.shape[0] / ranks.Count;
        return new(batch.Inputs.narrow(0, ranks.Rank * rows, rows), batch.Targets.narrow(0, ranks.Rank * rows, rows));
    }

    /// <summary>Comes before the forward pass whose backward pass completes the step's gradients.</summary>
    public void BeginGradients()
    {
        average.Begin();

        // Of other masks, or whole where masks move by gradients, it is another number.
        sent += average.BytesPerStep;
        steps++;
    }

    /// <summary>Ends a step's backward passes: gradients become the whole batch's, and so does the loss.</summary>
    /// <param name="loss">The mean loss of this rank's share.</param>
    /// <returns>The mean over all shares.</returns>
    public double Finish(double loss)
    {
        var own = Stopwatch.GetElapsedTime(stepBegun).TotalSeconds;
        average.Finish();
        var all = ranks.Gather(loss, own);
        if (slow.Add([.. all.Select(static rank => rank[1])]) is { } warning && Writes)
        {
            warn(warning);
        }

        return all.Average(static rank => rank[0]);
    }

    /// <summary>What the first rank has found that has found something; null where none has.</summary>
    public string? FirstFailure(string? found) => ranks.Gather(found ?? string.Empty).FirstOrDefault(static text => text.Length > 0);

    /// <summary>This rank's share of some batches to measure on.</summary>
    public IEnumerable<Batch> ShardOf(IEnumerable<Batch> batches) => batches.Where((_, index) => index % ranks.Count == ranks.Rank);

    /// <summary>Sums over the ranks.</summary>
    public double[] Sum(params ReadOnlySpan<double> values) => ranks.Sum(values);

    /// <summary>Replaces statistics that each rank has gathered on its own share, as batch norms do, by their means.</summary>
    public void AverageStatistics()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var buffer in model.buffers().Where(static buffer => buffer.is_floating_point()))
        {
            var sums = ranks.Sum([.. buffer.cpu().to(ScalarType.Float64).reshape(-1).data<double>()]);
            buffer.copy_(Functional.Divide(tensor(sums).reshape(buffer.shape), ranks.Count));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => average.Dispose();
}
