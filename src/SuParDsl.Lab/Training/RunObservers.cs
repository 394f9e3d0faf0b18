using SuParDsl.Lab.Errors;

namespace SuParDsl.Lab.Training;

/// <summary>A run, as its observers see it.</summary>
/// <param name="Example">The name of the example.</param>
/// <param name="Folder">The run's folder, where an observer may write files of its own.</param>
/// <param name="Model">The model. An observer may read it, and must not change it.</param>
/// <param name="Training">The training options.</param>
public sealed record ObservedRun(string Example, string Folder, torch.nn.Module Model, TrainingOptions Training);

/// <summary>
/// Passes the events of a run to its view, and to the observers of the program. The first failure of one of these is kept until
/// the training loop asks for a reason to stop, between two steps, where the state can be saved.
/// </summary>
/// <param name="view">Shows and records the run.</param>
/// <param name="own">The observers of the program.</param>
internal sealed class RunObservers(ITrainingObserver view, IReadOnlyList<ITrainingObserver> own) : ITrainingObserver, IDisposable
{
    private UserException? failure;
    private bool isDisposed;

    /// <summary>The observers of a run: those of a program after those of the lab.</summary>
    /// <param name="view">Shows and records the run.</param>
    /// <param name="create">Create the observers of the program.</param>
    /// <param name="run">The run.</param>
    /// <exception cref="UserException">An observer cannot be created.</exception>
    public static RunObservers Of(
        ITrainingObserver view, IEnumerable<Func<ObservedRun, ITrainingObserver>> create, ObservedRun run)
    {
        var own = new List<ITrainingObserver>();
        var observers = new RunObservers(view, own);
        try
        {
            foreach (var one in create)
            {
                own.Add(OwnCode.Call(
                    "an observer's constructor", () => one(run) ?? throw new InvalidOperationException("it returns null")));
            }

            return observers;
        }
        catch
        {
            observers.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string? StopReason => failure is not null ? throw failure
        : own.Select(static one => OwnCode.Call(Name(one), () => one.StopReason))
            .FirstOrDefault(static reason => reason is { Length: > 0 });

    /// <inheritdoc/>
    public void Begun(TrainingHistory past) => Pass(one => one.Begun(past));

    /// <inheritdoc/>
    public void MeasurementDropped(int step) => Pass(one => one.MeasurementDropped(step));

    /// <inheritdoc/>
    public void Stepped(StepMetrics step) => Pass(one => one.Stepped(step));

    /// <inheritdoc/>
    public void Evaluated(Evaluation evaluation) => Pass(one => one.Evaluated(evaluation));

    /// <inheritdoc/>
    public void MasksMoved(IReadOnlyList<MaskState> masks) => Pass(one => one.MasksMoved(masks));

    /// <inheritdoc/>
    public void Diverged(int step, string cause) => Pass(one => one.Diverged(step, cause));

    /// <inheritdoc/>
    public void Ended(TrainingHistory history)
    {
        Pass(one => one.Ended(history));
        if (failure is not null)
        {
            throw failure;
        }
    }

    /// <summary>Disposes the observers of a run that has not failed.</summary>
    /// <exception cref="UserException">One of them fails.</exception>
    public void Close()
    {
        Dispose();
        if (failure is not null)
        {
            throw failure;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (isDisposed)
        {
            return;
        }

        isDisposed = true;
        foreach (var one in own.OfType<IDisposable>())
        {
            try
            {
                one.Dispose();
            }
            catch (Exception e)
            {
                failure ??= OwnCode.Failure(Name(one), e);
            }
        }
    }

    private static string Name(object observer) => $"the observer {observer.GetType().Name}";

    private void Pass(Action<ITrainingObserver> give)
    {
        give(view);
        foreach (var one in own.TakeWhile(_ => failure is null))
        {
            try
            {
                give(one);
            }
            catch (Exception e)
            {
                failure = OwnCode.Failure(Name(one), e);
            }
        }
    }
}
