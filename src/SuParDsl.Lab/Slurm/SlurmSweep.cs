using SuParDsl.Lab.Sweeps;

namespace SuParDsl.Lab.Slurm;

/// <summary>
/// Trains the runs of a sweep on a cluster. The tasks write into the sweep's folder, so that nothing has to be fetched. This
/// program only waits for them, and may end and be started again.
/// </summary>
/// <param name="sweep">The sweep's folder.</param>
/// <param name="request">The resources that each job requests.</param>
/// <param name="worker">The program that trains the runs that its standard input names, with its arguments.</param>
/// <param name="processors">The number of processors per task.</param>
internal sealed class SlurmSweep(SweepFolder sweep, SlurmRequest request, IReadOnlyList<string> worker, int processors)
{
    // A task that is killed loses one run, which a second job repeats.
    private const int Attempts = 2;

    // The number of failed queries in a row that are tolerated: Slurm's controller may be restarted meanwhile.
    private const int MostSilence = 30;

    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(0.5), LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>Waits for the sweep's job, and submits jobs until every run is finished or has failed twice.</summary>
    /// <param name="points">The runs that are not finished.</param>
    /// <param name="say">Receives messages about jobs.</param>
    /// <param name="done">Receives each finished run.</param>
    /// <param name="stop">Cancels the waiting. The job continues.</param>
    /// <returns>The runs that failed, each with its reason.</returns>
    /// <exception cref="UserException">Slurm is missing, does not answer, or refuses the job.</exception>
    public IReadOnlyCollection<string> Run(
        IReadOnlyList<SweepPoint> points, Action<string> say, Action<SweepPoint> done, CancellationToken stop)
    {
        var missing = points.ToList();
        var (job, isOpen) = (SlurmJob.Last(sweep), false);
        if (job is not null && SlurmClient.OpenTasks(job.Name).Count > 0)
        {
            say($"the job {job.Name} is already submitted; waiting for it");
            isOpen = Follow(job, missing, done, stop);
        }

        for (var attempt = 0; attempt < Attempts && missing.Count > 0 && !stop.IsCancellationRequested; attempt++)
        {
            (job, var number) = SlurmJob.Submit(sweep, missing, request, worker, processors);
            say($"job {number} ({job.Name}) has {job.Tasks} tasks for {missing.Count} runs");
            isOpen = Follow(job, missing, done, stop);
        }

        if (stop.IsCancellationRequested && missing.Count > 0)
        {
            if (isOpen)
            {
                say($"the job {job!.Name} continues without this program; the same command waits for it again, "
                    + $"and scancel --name={job.Name} ends it");
            }

            return [];
        }

        return
        [
            .. missing.Select(
                point => $"{point.Id}: {job!.LastWords(sweep, point) ?? "its task ended without an error message"}"),
        ];
    }

    /// <summary>
    /// Waits until a job ends, and removes finished runs from the missing ones. Returns whether the job still has open tasks.
    /// </summary>
    private bool Follow(SlurmJob job, List<SweepPoint> missing, Action<SweepPoint> done, CancellationToken stop)
    {
        var (wait, silence, isOpen) = (ShortestWait, 0, true);
        while (isOpen && missing.Count > 0 && !stop.WaitHandle.WaitOne(wait))
        {
            // Query the queue before the folder: a run that finishes between the two must not count as missing.
            try
            {
                isOpen = SlurmClient.OpenTasks(job.Name).Count > 0;
                silence = 0;
            }
            catch (UserException) when (++silence < MostSilence)
            {
            }

            foreach (var point in missing.Where(sweep.Has).ToArray())
            {
                missing.Remove(point);
                done(point);
            }

            wait = TimeSpan.FromSeconds(Math.Min(LongestWait.TotalSeconds, 1.2 * wait.TotalSeconds));
        }

        return isOpen;
    }
}
