using SuParDsl.Distributed;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Interop;
using SuParDsl.Lab.Parallel;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Handlers;

/// <summary><c>train</c>: trains an example's model and writes a run folder.</summary>
internal static class TrainHandler
{
    /// <summary>Trains in this process alone.</summary>
    /// <returns>The exit code.</returns>
    public static int Run<TModel, TSize>(
        Example<TModel, TSize> example, TrainOptions<TSize> options, Streams streams, CancellationToken stop)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class => Run(example, options, ProcessGroup.Single, streams, stop);

    /// <summary>Trains on every rank of a process group.</summary>
    /// <param name="example">The example.</param>
    /// <param name="options">The options, the same on every rank.</param>
    /// <param name="ranks">The process group.</param>
    /// <param name="streams">Where to write; rank 0 writes the output.</param>
    /// <param name="stop">Asks to stop; the current step is finished first.</param>
    /// <param name="from">The weights that training starts from, as the options say; null for those that the rule draws.</param>
    /// <returns>The exit code.</returns>
    public static int Run<TModel, TSize>(
        Example<TModel, TSize> example, TrainOptions<TSize> options, ProcessGroup ranks, Streams streams, CancellationToken stop,
        StartingPoint<TModel, TSize>? from = null)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        using var held = new RunLock();
        ranks.RunOnAll(() => options.Require(ranks.Count));
        var resumes = ranks.RunOnRank0(() => RunTraining.Resumes(held, options) ? "resumes" : string.Empty).Length > 0;
        using var open = ranks.Rank0First(
            () => options.Data.For(from?.Tokenizer)
                .Open(example.Data, TModel.Sizes, options.Size, ranks.Rank > 0 ? null : streams.Output));
        var (folder, history) = RunTraining.Run(
            example, options, open, held, resumes, ranks, streams,
            model => SettingWarnings.Of(options.Training, example.Training, model), from, stop);
        var exit = history.Outcome == Outcome.Diverged ? 1 : 0;
        if (ranks.Rank == 0)
        {
            if (history.Outcome == Outcome.Diverged)
            {
                streams.Error.WriteLine(Divergence(history, folder));
            }

            var hasSample = example.Data is TextData && open.Tokenizer is not null && exit == 0;
            NextCommands.Write(streams.Output, NextCommands.Of(example.Name).AfterTrain(
                folder.Path, history.Outcome, options.Training.LearningRate, hasSample));
        }

        return exit;
    }

    private static string Divergence(TrainingHistory history, RunFolder folder) => double.IsFinite(history.Evaluations[0].Loss)
        ? $"error: training diverged at step {history.Steps.Count}: the loss or a gradient is NaN or infinite; "
            + $"use a lower --lr, or see --on-divergence ({folder.Path} has the run so far)"
        : "error: the loss is NaN or infinite at step 0, before any training: its cause is the model's sizes or "
            + $"flow, not --lr; see {folder.Path}";
}
