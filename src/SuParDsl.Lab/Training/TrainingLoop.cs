using SuParDsl.Optimizers;
using SuParDsl.Sparsity;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Training;

/// <summary>The loop over the steps of a run. What a step does, and what follows it, is decided elsewhere.</summary>
/// <param name="model">The model.</param>
/// <param name="options">The training options.</param>
/// <param name="optimizer">The model's optimizer.</param>
/// <param name="updates">Updates the weights and masks.</param>
/// <param name="step">Runs a step.</param>
/// <param name="evaluator">Measures on the validation data.</param>
/// <param name="saver">Saves and restores the training state.</param>
/// <param name="group">The processes that train together.</param>
/// <param name="progress">Records the history.</param>
internal sealed class TrainingLoop(
    IModel model, TrainingOptions options, MuOptimizer optimizer, WeightUpdates updates, TrainingStep step, Evaluator evaluator,
    RunSaver saver, TrainingGroup group, TrainingProgress progress)
{
    private readonly TrainingCadence cadence = TrainingCadence.Of(options, saver.Options);

    // Whether the state is being replaced by that of a checkpoint. It stays true if that fails.
    private bool isLoading;

    /// <summary>Trains until the last step, or until it is asked to stop.</summary>
    public TrainingHistory Run(CancellationToken stop)
    {
        var recovery = new DivergenceRecovery(Begin());
        try
        {
            return Run(ref recovery, stop);
        }
        catch (UserException) when (group.Ranks.Count == 1 && progress.Steps > 0 && !step.IsUnderWay && !isLoading)
        {
            // The data, a measurement or an observer failed between two steps. Ranks cannot save here, as the others may not have
            // failed. Their last checkpoint remains.
            saver.Save(progress.History(Outcome.Interrupted), recovery.Rate);
            throw;
        }
    }

    private TrainingHistory Run(ref DivergenceRecovery recovery, CancellationToken stop)
    {
        string? reason = null;
        while (progress.Steps < options.Steps)
        {
            if (group.AnyStops(stop.IsCancellationRequested))
            {
                // The checkpoint does not hold the measurement below, which a run that is not stopped does not make.
                saver.Save(progress.History(Outcome.Interrupted), recovery.Rate);
                EvaluateOnce(cadence.EvalBatches);
                return progress.History(Outcome.Interrupted);
            }

            reason = progress.MayStop ? group.FromRank0(() => progress.StopReason) : null;
            if (reason is not null)
            {
                break;
            }

            optimizer.Lr = recovery.Rate * options.RateAt(progress.Steps);
            var isFinite = Step();
            (var response, recovery) = recovery.After(isFinite, saver.Options.OnDivergence, saver.CanResume);
            switch (response)
            {
                case DivergenceResponse.End:
                    return progress.History(Outcome.Diverged);
                case DivergenceResponse.Return:
                    Resume();
                    continue;
            }

            if (cadence.EvaluatesAfter(progress.Steps))
            {
                Evaluate(cadence.EvalBatches);
            }

            if (cadence.SavesAfter(progress.Steps))
            {
                saver.Save(progress.History(Outcome.Interrupted), recovery.Rate);
            }
        }

        EvaluateOnce(cadence.FinalEvalBatches);
        saver.Save(progress.History(Outcome.Complete), recovery.Rate);
        return progress.History(Outcome.Complete) with { StopReason = reason };
    }

    /// <summary>Begins, or resumes from the last checkpoint, and returns the factor on the learning rate.</summary>
    private double Begin()
    {
        model.train();
        if (saver.CanResume())
        {
            return Resume();
        }

        progress.Begin();
        updates.Begin(done: 0);

        // Only dropout draws from the engine's generator. Everything else draws from its own generator, seeded with the same
        // seed.
        manual_seed(options.Seed);
        Evaluate(cadence.EvalBatches);
        return 1;
    }

    private double Resume()
    {
        isLoading = true;
        var (history, rate) = saver.Resume();
        progress.Resume(history);
        updates.Begin(progress.Steps);
        isLoading = false;

        // The measurement at the end of a run takes more batches than the others. If the run was shorter or longer when the
        // checkpoint was written, measure here as a run of this length does.
        if ((history.Outcome == Outcome.Complete) != (progress.Steps >= options.Steps))
        {
            progress.DropMeasurement();
            if (cadence.EvaluatesAfter(progress.Steps))
            {
                Evaluate(cadence.EvalBatches);
            }
        }
        else if (cadence.EvaluatesAfter(progress.Steps))
        {
            // The measurement after this step failed when the checkpoint was written.
            EvaluateOnce(cadence.EvalBatches);
        }

        return rate;
    }

    /// <summary>Runs and records a step. Returns whether its loss and gradients were finite.</summary>
    private bool Step()
    {
        var maskUpdates = updates.MaskUpdates;
        var result = step.Run(updates, progress.Steps);
        progress.Add(result, optimizer.Lr);
        if (updates.MaskUpdates != maskUpdates)
        {
            progress.Add(MaskState.All(model, progress.Steps));
        }

        if (result.Cause is { } cause)
        {
            progress.Diverged(cause);
        }

        return result.Cause is null;
    }

    private void EvaluateOnce(int batches)
    {
        if (!progress.IsEvaluated)
        {
            Evaluate(batches);
        }
    }

    private void Evaluate(int batches) => progress.Add(evaluator.Measure(progress.Steps, batches));
}
