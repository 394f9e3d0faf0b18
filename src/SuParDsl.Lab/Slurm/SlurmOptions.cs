using System.CommandLine;
using System.Globalization;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Files;

namespace SuParDsl.Lab.Slurm;

/// <summary>Where the runs of a sweep are trained.</summary>
internal enum SweepEngine
{
    /// <summary>This machine.</summary>
    Local,

    /// <summary>The cluster that the Slurm commands of this machine control.</summary>
    Slurm,
}

/// <summary>The resources that a job array requests.</summary>
/// <param name="Tasks">The number of tasks; 0 for one per run, up to the cluster's limit.</param>
/// <param name="Arguments">Options of sbatch.</param>
/// <param name="Template">The first lines of each task's script: more <c>#SBATCH</c> options, then commands.</param>
internal sealed record SlurmRequest(int Tasks, IReadOnlyList<string> Arguments, string Template);

/// <summary>The options of a sweep on Slurm.</summary>
internal sealed class SlurmOptions
{
    private readonly Option<SweepEngine> engine = OptionFactory.Choice(
        "--engine", "slurm: train on a cluster, as a job array; its machines must see the folder, the program and the data",
        SweepEngine.Local);
    private readonly Option<int> tasks = OptionFactory.Integer(
        "--tasks", "with --engine slurm: tasks of the array; 0 for one per run, up to the cluster's limit", 0, 0);
    private readonly Option<int> gpus = OptionFactory.Integer(
        "--gpus", "with --engine slurm: GPUs per task; --device cuda is needed as well", 0, 0);
    private readonly Option<string?> template = OptionFactory.Text(
        "--template", "with --engine slurm: a file with the first lines of each task's script: #SBATCH options, then commands",
        "file");

    // Slurm validates the values of these options.
    private readonly Option<string?>[] passed =
    [
        OptionFactory.Text("--partition", "with --engine slurm: the partition", "name"),
        OptionFactory.Text("--account", "with --engine slurm: the account", "name"),
        OptionFactory.Text("--time", "with --engine slurm: time limit per task, such as 90 (minutes), 2:00:00 or 1-12", "time"),
        OptionFactory.Text("--memory", "with --engine slurm: memory per task, such as 8G", "size"),
    ];

    /// <summary>All options of the set.</summary>
    public IEnumerable<Option> All => [engine, tasks, .. passed, gpus, template];

    /// <summary>Reads the request for the cluster; null if this machine trains.</summary>
    /// <exception cref="UserException">The template cannot be read, or an option does not apply to the engine.</exception>
    public SlurmRequest? Read(ParseResult result)
    {
        if (result.GetValue(engine) == SweepEngine.Local)
        {
            // Count only non-default values as given, because options.json also records defaults.
            Option[] foreign =
            [
                .. new[] { tasks, gpus }.Where(option => result.GetValue(option) > 0),
                .. passed.Append(template).Where(option => result.GetValue(option) is not null),
            ];
            return foreign is [var first, ..]
                ? throw new UserException($"{first.Name} applies only to jobs on a cluster; add --engine slurm")
                : null;
        }

        var given = passed.Where(option => result.GetValue(option) is not null)
            .Select(option => $"{(option.Name == "--memory" ? "--mem" : option.Name)}={result.GetValue(option)}");
        string[] graphics = result.GetValue(gpus) is > 0 and var count
            ? [string.Create(CultureInfo.InvariantCulture, $"--gres=gpu:{count}")]
            : [];
        return new(
            result.GetValue(tasks), [.. given, .. graphics], result.GetValue(template) is { } file ? Lines(file) : string.Empty);
    }

    private static string Lines(string file) => File.Exists(file)
        ? TextFile.Read(file, "lines of a shell script", "give --template a text file").TrimEnd() + "\n"
        : throw new UserException($"--template {file} cannot be read: there is no such file");
}
