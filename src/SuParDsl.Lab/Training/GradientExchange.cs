using System.Diagnostics;
using System.Globalization;
using SuParDsl.Distributed;
using SuParDsl.Lab.Parallel;

namespace SuParDsl.Lab.Training;

/// <summary>Averages a step's gradients over the ranks of a run. A single process has nothing to exchange.</summary>
internal interface IGradientExchange : IDisposable
{
    /// <summary>A description of what was sent, for people.</summary>
    string Summary { get; }

    /// <summary>Starts the exchange. Call it before the forward pass of the step's last micro-batch.</summary>
    void Begin();

    /// <summary>Ends the exchange after the step's backward passes.</summary>
    void Finish();
}

/// <summary>Creates the exchange of a process group.</summary>
internal static class GradientExchange
{
    /// <summary>Returns the exchange over several ranks, or the one that does nothing for a single process.</summary>
    /// <exception cref="ProcessGroupException">A rank does not support the requested transport.</exception>
    public static IGradientExchange Of(ProcessGroup ranks, IModel model, DataParallelOptions options) =>
        ranks.Count == 1 ? new NoExchange() : new ReducerExchange(new(model, ranks, options.Overlap, options.Transport));

    private sealed class NoExchange : IGradientExchange
    {
        /// <inheritdoc/>
        public string Summary => "no gradients are sent";

        /// <inheritdoc/>
        public void Begin()
        {
        }

        /// <inheritdoc/>
        public void Finish()
        {
        }

        /// <inheritdoc/>
        public void Dispose()
        {
        }
    }

    private sealed class ReducerExchange(GradientReducer reducer) : IGradientExchange
    {
        private readonly Stopwatch total = Stopwatch.StartNew();
        private long sent, steps;

        /// <inheritdoc/>
        public string Summary => string.Create(
            CultureInfo.InvariantCulture,
            $"each sends {(steps == 0 ? 0 : sent / steps) / 1e6:F3} MB of gradients a step "
            + $"({reducer.DenseBytesPerStep / 1e6:F3} MB if dense) by {Way}; "
            + $"{reducer.Exposed / total.Elapsed:P1} of the time was communication that did not overlap with a backward pass");

        private string Way => reducer.Transport switch
        {
            Transport.Nccl => "NCCL",
            Transport.Mpi => "MPI's blocking sums",
            _ => "MPI",
        };

        /// <inheritdoc/>
        public void Begin()
        {
            reducer.Begin();

            // Read in every step: the number changes when masks change or when dense gradients are sent.
            sent += reducer.BytesPerStep;
            steps++;
        }

        /// <inheritdoc/>
        public void Finish() => reducer.Finish();

        /// <inheritdoc/>
        public void Dispose() => reducer.Dispose();
    }
}
