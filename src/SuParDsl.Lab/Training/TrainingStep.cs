using System.Diagnostics;
using SuParDsl.Checks;
using SuParDsl.Lab.Data;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Training;

/// <summary>The result of a training step.</summary>
/// <param name="Loss">The mean loss over the batch.</param>
/// <param name="GradientNorm">The global gradient norm before clipping; NaN if the loss is not finite.</param>
/// <param name="UnitsPerSecond">The throughput of this step in units of the data.</param>
/// <param name="Cause">Null, or where the first NaN or infinite value occurred if the step was skipped.</param>
internal readonly record struct StepResult(double Loss, double GradientNorm, double UnitsPerSecond, string? Cause);

/// <summary>Runs training steps: the gradient of a batch, over micro-batches and ranks, and then one update.</summary>
/// <param name="model">The model.</param>
/// <param name="data">The training data.</param>
/// <param name="loss">The loss.</param>
/// <param name="options">The training options.</param>
/// <param name="device">The model's device.</param>
/// <param name="group">The processes that train together.</param>
internal sealed class TrainingStep(
    IModel model, OpenData data, Loss loss, TrainingOptions options, Device device, TrainingGroup group)
{
    /// <summary>
    /// Whether a step has begun to run the model and is not finished, so that random numbers are drawn and the statistics of
    /// batch norms have moved. It stays true if the step fails.
    /// </summary>
    public bool IsUnderWay { get; private set; }

    /// <summary>Runs one step.</summary>
    /// <param name="updates">Updates the weights and masks.</param>
    /// <param name="step">The number of steps done before.</param>
    public StepResult Run(WeightUpdates updates, int step)
    {
        // Dispose temporaries per step and per micro-batch. Only gradients survive.
        using var scope = NewDisposeScope();
        var begun = Stopwatch.GetTimestamp();
        var batch = data.Training(options.Batch, options.Seed, step);
        IsUnderWay = true;
        var mean = group.Finish(AddGradients(batch, step));
        var norm = double.IsFinite(mean) ? updates.Step() : double.NaN;
        var cause = double.IsFinite(norm) ? null : Skip(updates, batch, mean);
        IsUnderWay = false;
        return new(mean, norm, batch.Targets.numel() / Math.Max(Stopwatch.GetElapsedTime(begun).TotalSeconds, 1e-9), cause);
    }

    // Returns the mean loss over this rank's rows.
    private double AddGradients(Batch batch, int step)
    {
        Batch[] parts = [.. group.Begin(batch, step).Chunk(options.Accumulate)];
        var whole = (double)loss.Counted(batch.Targets) / group.Ranks.Count;
        var mean = 0.0;
        foreach (var (index, given) in parts.Index())
        {
            using var part = NewDisposeScope();
            if (index == parts.Length - 1)
            {
                group.BeginGradients();
            }

            // Weighting each micro-batch's mean by its number of counted targets gives the mean over the whole batch. A
            // micro-batch without counted targets adds nothing.
            if (loss.Counted(given.Targets) is > 0 and var counted)
            {
                var here = given.To(device);
                var (outputs, expected) = (here.Run(model), here.Targets);
                var measured = loss.Measure(outputs, expected);
                loss.Backward(Part(model.AddAuxiliaryLoss(measured)), outputs, expected);

                // The reported loss is the one that validation measures, without the losses of layers.
                mean += Part(measured).ToDouble();

                Tensor Part(Tensor ofPart) => counted == whole ? ofPart : Functional.Divide(ofPart, whole / counted);
            }
        }

        return mean;
    }

    private string Skip(WeightUpdates updates, Batch batch, double mean)
    {
        if (!double.IsFinite(mean))
        {
            // The gradients of a NaN or infinite loss are invalid everywhere and do not help to find the cause.
            updates.DropGradients();
        }

        var cause = group.FirstFailure(NonFinite.Find(model, batch.To(device).InputsOf(model))) ?? "the loss itself";
        updates.Skip();
        return cause;
    }
}
