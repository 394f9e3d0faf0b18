using System.CommandLine;
using SuParDsl.Lab.Cli;
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
        Description = "resume the run in --out exactly as if it had not stopped; start it if there is none",
    };

    private readonly Option<bool> resize = OptionFactory.Switch(
        "--allow-resize", "with --resume: accept another number of ranks than the checkpoint's");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(every);
        command.Add(keep);
        command.Add(onDivergence);
        command.Add(resume);
        command.Add(resize);
    }

    /// <summary>What a command line asks for.</summary>
    /// <exception cref="UserException">A way back was asked for, but nothing to go back to.</exception>
    public CheckpointOptions Read(ParseResult result)
    {
        var options = new CheckpointOptions(result.GetValue(every), result.GetValue(keep), result.GetValue(onDivergence));
        return options is { Every: 0, OnDivergence: OnDivergence.Back }
            ? throw new UserException("--on-divergence back needs checkpoints to go back to: --checkpoint-every must be at least 1")
            : options;
    }

    /// <summary>Whether a run is to go on.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="path">What <c>--out</c> names.</param>
    /// <exception cref="UserException">No run is named.</exception>
    public bool Resumes(ParseResult result, string? path) => result.GetValue(resume)
        && (path is not null ? true : throw new UserException("--resume needs the folder of the run: add --out"));

    /// <summary>Whether it may go on with another number of ranks.</summary>
    /// <param name="result">The command line.</param>
    /// <exception cref="UserException">No run is to go on.</exception>
    public bool MayResize(ParseResult result) => result.GetValue(resize)
        && (result.GetValue(resume)
            ? true : throw new UserException("--allow-resize applies only to a resumed run; add --resume"));
}
