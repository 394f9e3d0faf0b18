using SuParDsl.Lab.Parallel;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Handlers;

/// <summary>The options of <c>train</c>.</summary>
/// <param name="Size">The model's sizes.</param>
/// <param name="Training">How it is trained.</param>
internal sealed record TrainOptions<TSize>(TSize Size, TrainingOptions Training) where TSize : class
{
    /// <summary>When checkpoints are written, and the response to divergence.</summary>
    public CheckpointOptions Checkpoints { get; init; } = new();

    /// <summary>The weights that training starts from; null for those that the rule draws.</summary>
    public RunStart? Start { get; init; }

    /// <summary>How several ranks train together.</summary>
    public DataParallelOptions Sharing { get; init; } = DataParallelOptions.Default;

    /// <summary>The data.</summary>
    public DataChoice Data { get; init; } = new();

    /// <summary>The device and the number of threads.</summary>
    public EngineChoice Engine { get; init; } = new();

    /// <summary>The run folder; null for a new one below <c>runs</c>.</summary>
    public string? Out { get; init; }

    /// <summary>Whether to resume the run in <see cref="Out"/> if there is one.</summary>
    public bool Resumes { get; init; }

    /// <summary>How the run is resumed.</summary>
    public ResumeChoice Resumption { get; init; } = new();

    /// <summary>Whether the run may be resumed with another number of ranks.</summary>
    public bool MayResize { get; init; }

    /// <summary>The text of the file with which <c>--config</c> repeats the run; null for none.</summary>
    public string? Repeat { get; init; }

    /// <summary>Verifies that the options fit each other and a number of ranks.</summary>
    /// <exception cref="UserException">
    /// Going back needs checkpoints, resuming a folder, resizing a resumed run; or the batch cannot be divided equally.
    /// </exception>
    public void Require(int ranks)
    {
        if (Checkpoints is { Every: 0, OnDivergence: OnDivergence.Back })
        {
            throw new UserException(
                "--on-divergence back needs checkpoints to go back to: --checkpoint-every must be at least 1");
        }

        var forResumed = MayResize ? "--allow-resize"
            : Resumption.At is not null ? "--resume-at"
            : Resumption.MayChangeSchedule ? "--allow-new-schedule" : null;
        if (forResumed is not null && !Resumes)
        {
            throw new UserException($"{forResumed} applies only to a resumed run; add --resume");
        }

        if (Training.Batch % (ranks * Training.Accumulate) != 0)
        {
            var parts = Training.Accumulate == 1
                ? string.Empty : $", each in {Training.Accumulate} micro-batches (--accumulate)";
            throw new UserException(
                $"--batch is {Training.Batch}: it cannot be divided equally among {ranks} ranks{parts}");
        }

        if (Resumes && Out is null)
        {
            throw new UserException("--resume needs the folder of the run: add --out");
        }
    }
}
