using System.Collections.Concurrent;
using System.Diagnostics;

namespace SuParDsl.Lab.Sweeps;

/// <summary>
/// Distributes runs over worker processes. A worker is this program, started with <c>sweep-worker</c>. It reads the name of a run
/// from its standard input, trains the run, stores the result in the folder and writes the name to its standard output.
/// </summary>
/// <param name="start">The command that starts a worker.</param>
internal sealed class WorkQueue(ProcessStartInfo start)
{
    // A worker that is killed loses one run, which another worker repeats.
    private const int Attempts = 2;

    private readonly ConcurrentQueue<(SweepPoint Point, int Attempt)> queue = [];
    private readonly ConcurrentQueue<string> failures = [];

    /// <summary>The runs that no worker could finish, each with the reason.</summary>
    public IReadOnlyCollection<string> Failures => failures;

    /// <summary>Trains the runs on a number of workers.</summary>
    /// <param name="points">The runs.</param>
    /// <param name="workers">The number of workers.</param>
    /// <param name="done">Receives each finished run. It is called from several threads.</param>
    /// <param name="stop">Cancels the work. Unfinished runs are abandoned.</param>
    public void Run(IEnumerable<SweepPoint> points, int workers, Action<SweepPoint> done, CancellationToken stop)
    {
        foreach (var point in points)
        {
            queue.Enqueue((point, 1));
        }

        var threads = Enumerable.Range(0, Math.Min(workers, queue.Count)).Select(_ => new Thread(() => Work(done, stop)))
            .ToList();
        threads.ForEach(static thread => thread.Start());
        threads.ForEach(static thread => thread.Join());
    }

    private void Work(Action<SweepPoint> done, CancellationToken stop)
    {
        Process? worker = null;
        var reading = Task.FromResult(string.Empty);
        while (!stop.IsCancellationRequested && queue.TryDequeue(out var item))
        {
            if (worker is null)
            {
                worker = Process.Start(start)!;
                reading = Reason(worker.StandardError);
            }

            var current = worker;
            using (stop.Register(() => Kill(current)))
            {
                if (Ask(worker, item.Point.Id))
                {
                    done(item.Point);
                    continue;
                }
            }

            End(worker);
            var reason = reading.GetAwaiter().GetResult();
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

            // Other lines are those of a library that prints.
            while (worker.StandardOutput.ReadLine() is { } line)
            {
                if (line == id)
                {
                    return true;
                }
            }

            return false;
        }
        catch (IOException)
        {
            return false;
        }
    }

    // Reads all that a worker writes to its standard error, so that it never waits for a reader. Returns its error, which is not
    // the first line if the program's own code prints.
    private static async Task<string> Reason(StreamReader errors)
    {
        var (first, error) = (string.Empty, (string?)null);
        while (await errors.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            first = first.Length > 0 ? first : line;
            error = line.StartsWith("error: ", StringComparison.Ordinal)
                || line.StartsWith("Unhandled exception", StringComparison.Ordinal) ? line : error;
        }

        return error ?? first;
    }

    // A worker ends when its standard input is closed.
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
