using System.CommandLine;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Commands;

/// <summary>The options of <see cref="CheckpointOptions"/>.</summary>
internal sealed class CheckpointOptionSet
{
    private static readonly CheckpointOptions Defaults = new();

    private readonly Option<int> every = OptionFactory.Integer(
        "--checkpoint-every",
        "steps between two checkpoints, with another at the end and when the run is stopped; 0 for no checkpoints",
        Defaults.Every, 0);
    private readonly Option<int> keep = OptionFactory.Integer(
        "--keep", "number of latest checkpoints to keep, in addition to the best one", Defaults.Keep, 1);
    private readonly Option<OnDivergence> onDivergence = OptionFactory.Choice(
        "--on-divergence",
        "after a NaN or infinite loss or gradient: stop, skip the batch, or go back to the last checkpoint with half the "
            + "learning rate",
        Defaults.OnDivergence);
    private readonly Option<bool> resume = new("--resume")
    {
        Description = "resume the run in --out exactly as if it had not stopped, also with more steps and with other options "
            + "that change no step that is done; start it if there is none",
    };

    private readonly Option<int?> resumeAt = new("--resume-at")
    {
        Description = "with --resume: go back to the checkpoint of this step, and remove later ones",
        HelpName = "n",
        CustomParser = static result => (int)OptionFactory.ParseInteger(result, "--resume-at", 0, int.MaxValue),
    };

    private readonly Option<bool> newSchedule = OptionFactory.Switch(
        "--allow-new-schedule",
        "with --resume: accept a schedule of the learning rate or masks that would have changed steps that are done; it applies "
            + "from the next step on");

    private readonly Option<bool> resize = OptionFactory.Switch(
        "--allow-resize", "with --resume: accept another number of ranks than the checkpoint's");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(every);
        command.Add(keep);
        command.Add(onDivergence);
        command.Add(resume);
        command.Add(resumeAt);
        command.Add(newSchedule);
        command.Add(resize);
    }

    /// <summary>Reads the values from a command line.</summary>
    public CheckpointOptions Read(ParseResult result) =>
        new(result.GetValue(every), result.GetValue(keep), result.GetValue(onDivergence));

    /// <summary>Returns whether to resume a run.</summary>
    public bool Resumes(ParseResult result) => result.GetValue(resume);

    /// <summary>Reads how a run is resumed.</summary>
    public ResumeChoice Resumption(ParseResult result) => new(result.GetValue(resumeAt), result.GetValue(newSchedule));

    /// <summary>Returns whether the run may be resumed with another number of ranks.</summary>
    public bool MayResize(ParseResult result) => result.GetValue(resize);
}
