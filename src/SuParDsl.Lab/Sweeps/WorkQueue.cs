using System.Collections.Concurrent;
using System.Diagnostics;

namespace SuParDsl.Lab.Sweeps;

/// <summary>
/// Spreads runs over worker processes: the program itself, started with <c>sweep-worker</c>. A worker reads the name of a run
/// from its input, trains, keeps the result in the folder and answers with the name.
/// </summary>
/// <param name="start">How a worker is started.</param>
internal sealed class WorkQueue(ProcessStartInfo start)
{
    // A worker that is killed loses one run, which another one does again.
    private const int Attempts = 2;

    private readonly ConcurrentQueue<(SweepPoint Point, int Attempt)> queue = [];
    private readonly ConcurrentQueue<string> failures = [];

    /// <summary>Runs that no worker could finish, with the reason.</summary>
    public IReadOnlyCollection<string> Failures => failures;

    /// <summary>Has every run done by one of some workers.</summary>
    /// <param name="points">The runs.</param>
    /// <param name="workers">The number of workers.</param>
    /// <param name="done">Is told of each finished run, from several threads.</param>
    /// <param name="stop">Asks to stop; runs at hand are given up.</param>
    public void Run(IEnumerable<SweepPoint> points, int workers, Action<SweepPoint> done, CancellationToken stop)
    {
        foreach (var point in points)
        {
            queue.Enqueue((point, 1));
        }

        var threads = Enumerable.Range(0, Math.Min(workers, queue.Count)).Select(_ => new Thread(() => Work(done, stop))).ToList();
        threads.ForEach(static thread => thread.Start());
        threads.ForEach(static thread => thread.Join());
    }

    private void Work(Action<SweepPoint> done, CancellationToken stop)
    {
        Process? worker = null;
        while (!stop.IsCancellationRequested && queue.TryDequeue(out var item))
        {
            worker ??= Process.Start(start)!;
            var current = worker;
            using (stop.Register(() => Kill(current)))
            {
                if (Ask(worker, item.Point.Id))
                {
                    done(item.Point);
                    continue;
                }
            }

            var reason = worker.StandardError.ReadToEnd().Split('\n')[0];
            End(worker);
            worker = null;
            if (stop.IsCancellationRequested)
            {
                break;
            }

            if (item.Attempt < Attempts)
            {
                queue.Enqueue((item.Point, item.Attempt + 1));
            }
            else
            {
                failures.Enqueue($"{item.Point.Id}: {(reason.Length > 0 ? reason : "its worker was killed")}");
            }
        }

        if (worker is not null)
        {
            End(worker);
        }
    }

    private static bool Ask(Process worker, string id)
    {
        try
        {
            worker.StandardInput.WriteLine(id);
            worker.StandardInput.Flush();
            return worker.StandardOutput.ReadLine() == id;
        }
        catch (IOException)
        {
            return false;
        }
    }

    // Closing its input asks a worker to end.
    private static void End(Process worker)
    {
        try
        {
            worker.StandardInput.Close();
        }
        catch (IOException)
        {
        }

        worker.WaitForExit();
        worker.Dispose();
    }

    private static void Kill(Process worker)
    {
        try
        {
            worker.Kill();
        }
        catch (InvalidOperationException)
        {
        }
    }
}
