using SuParDsl.Lab.Files;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Sweeps;

namespace SuParDsl.Lab.Slurm;

/// <summary>A job array of a sweep. Its tasks are numbered from 0, and each has a file that lists its runs.</summary>
/// <param name="Name">The unique name of the job, and of its folder below the sweep's <c>slurm</c>.</param>
/// <param name="Tasks">The number of tasks.</param>
internal sealed record SlurmJob(string Name, int Tasks)
{
    private const string Folder = "slurm", LastFile = "slurm/job.json";

    /// <summary>Returns the last job that a sweep submitted, whether it still runs or not; null if there is none.</summary>
    /// <exception cref="UserException">The file that names the job is damaged.</exception>
    public static SlurmJob? Last(SweepFolder sweep)
    {
        var path = Path.Combine(sweep.Path, LastFile);
        return File.Exists(path)
            ? JsonFile.Read<SlurmJob>(
                path, RunJson.Options, "the job that a sweep has submitted", "remove it, and a new job is submitted")
            : null;
    }

    /// <summary>
    /// Submits a job for some runs. The job's name is written to the folder first, so that a restarted program finds the job.
    /// </summary>
    /// <param name="sweep">The sweep's folder.</param>
    /// <param name="points">The runs, which are dealt to the tasks in turn.</param>
    /// <param name="request">The resources that the job requests.</param>
    /// <param name="worker">The program that trains the runs that its standard input names, with its arguments.</param>
    /// <param name="processors">The number of processors per task.</param>
    /// <returns>The job, and its number.</returns>
    /// <exception cref="UserException">The cluster allows fewer tasks, does not answer, or refuses the job.</exception>
    public static (SlurmJob Job, string Number) Submit(
        SweepFolder sweep, IReadOnlyList<SweepPoint> points, SlurmRequest request, IReadOnlyList<string> worker, int processors)
    {
        var most = SlurmClient.MostTasks();
        if (request.Tasks > most)
        {
            throw new UserException(
                $"--tasks is {request.Tasks}: a job array may have at most {most} tasks on this cluster (MaxArraySize)");
        }

        var wanted = Math.Min(request.Tasks == 0 ? most : request.Tasks, points.Count);
        var job = new SlurmJob($"supardsl-{Guid.NewGuid():N}"[..20], wanted);
        var folder = Directory.CreateDirectory(job.Place(sweep)).FullName;
        for (var task = 0; task < wanted; task++)
        {
            var own = points.Where((_, index) => index % wanted == task);
            File.WriteAllLines(Path.Combine(folder, $"{task}.txt"), own.Select(static point => point.Id));
        }

        var script = Path.Combine(folder, "job.sh");
        var train = $"exec {string.Join(' ', worker.Select(Quoted))} < {Quoted(folder)}/\"$SLURM_ARRAY_TASK_ID\".txt";
        File.WriteAllText(script, $"#!/bin/bash\n{request.Template}{train}\n");
        sweep.Write(LastFile, RunJson.Text(job));

        // Slurm expands patterns that begin with a percent sign in file names.
        var output = Path.Combine(folder.Replace("%", "%%", StringComparison.Ordinal), "%a");
        var number = SlurmClient.Submit(
            [
                $"--job-name={job.Name}", $"--array=0-{wanted - 1}", $"--output={output}.out", $"--error={output}.err",
                "--open-mode=append", "--ntasks=1", $"--cpus-per-task={processors}", .. request.Arguments,
            ],
            script);
        return (job, number);
    }

    /// <summary>Returns the last line that a task wrote to its standard error; null if it wrote none.</summary>
    /// <param name="sweep">The sweep's folder.</param>
    /// <param name="point">A run of the task.</param>
    public string? LastWords(SweepFolder sweep, SweepPoint point)
    {
        var task = Enumerable.Range(0, Tasks)
            .First(task => File.ReadLines(Path.Combine(Place(sweep), $"{task}.txt")).Contains(point.Id));
        var errors = Path.Combine(Place(sweep), $"{task}.err");
        return File.Exists(errors) ? File.ReadLines(errors).LastOrDefault(static line => line.Trim().Length > 0) : null;
    }

    private string Place(SweepFolder sweep) => Path.Combine(Path.GetFullPath(sweep.Path), Folder, Name);

    private static string Quoted(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
