using SuParDsl.Optimizers;
using SuParDsl.Sparsity;

namespace SuParDsl.Lab.Training;

/// <summary>The updates of a run's weights by its optimizer, and of its masks if they change while it trains.</summary>
/// <param name="model">The model.</param>
/// <param name="optimizer">The model's optimizer.</param>
/// <param name="options">The training options.</param>
/// <param name="group">The processes that train together.</param>
internal sealed class WeightUpdates(IModel model, MuOptimizer optimizer, TrainingOptions options, TrainingGroup group)
    : IDisposable
{
    private DynamicMasks? masks;

    /// <summary>The number of mask updates and measurements so far.</summary>
    public int MaskUpdates => masks?.Updates ?? 0;

    /// <summary>Starts the mask updates of a run that has done some steps.</summary>
    public void Begin(int done)
    {
        masks?.Dispose();
        masks = group.RunOnAll(() => options.MaskScheduleOf(model) is { } schedule
            ? new DynamicMasks(model, optimizer, schedule, done, group.Ranks) : null);
    }

    /// <summary>Updates the weights, and the masks if an update is due.</summary>
    /// <returns>The global gradient norm before clipping. If it is NaN or infinite, nothing was updated.</returns>
    public double Step() => masks?.Step(options.MaxNorm) ?? optimizer.step(options.MaxNorm);

    /// <summary>Drops the gradients, and counts the step in the schedule of the masks.</summary>
    public void Skip()
    {
        if (masks is null)
        {
            optimizer.zero_grad();
        }
        else
        {
            masks.Skip();
        }
    }

    /// <summary>Drops the gradients.</summary>
    public void DropGradients() => optimizer.zero_grad();

    /// <inheritdoc/>
    public void Dispose() => masks?.Dispose();
}
