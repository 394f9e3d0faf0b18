using System.CommandLine;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Commands;
using SuParDsl.Lab.Errors;
using SuParDsl.Lab.Parallel;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Commands;

/// <summary>Which processes do something together.</summary>
internal enum ParallelChoice
{
    /// <summary>One alone.</summary>
    None,

    /// <summary>The ranks that Open MPI's mpirun has started.</summary>
    Mpi,
}

/// <summary>The options of a command that several ranks may do together.</summary>
internal sealed class RankOptions
{
    private readonly Option<ParallelChoice> parallel = OptionFactory.Choice(
        "--parallel", "mpi: under `mpirun -n N`, each of the N ranks trains on its part of every batch", ParallelChoice.None);
    private readonly Option<bool> late = OptionFactory.Switch(
        "--no-overlap", "with --parallel mpi: exchange gradients after the backward pass, not during it");
    private readonly Option<bool> shard = OptionFactory.Switch(
        "--shard-optimizer",
        "with --parallel mpi: shard the optimizer's state over the ranks, which exchange the new weights after every step");
    private readonly Option<Transport> transport = OptionFactory.Choice(
        "--transport",
        "with --parallel mpi: how gradients are exchanged; on GPUs, auto takes nccl if it is found, otherwise an MPI built with "
            + "CUDA, otherwise the host's memory",
        Transport.Auto);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(parallel);
        command.Add(late);
        command.Add(shard);
        command.Add(transport);
    }

    /// <summary>Reads how the ranks share the work.</summary>
    public DataParallelOptions Read(ParseResult result) => new(!result.GetValue(late), result.GetValue(transport), result.GetValue(shard));

    /// <summary>Makes sure that every rank gets as many examples of each part of a batch.</summary>
    /// <exception cref="UserException">The batch cannot be divided so.</exception>
    public static void RequireShares(TrainingOptions options, int ranks)
    {
        if (options.Batch % (ranks * options.Accumulate) != 0)
        {
            var parts = options.Accumulate == 1 ? string.Empty : $", each in {options.Accumulate} micro-batches (--accumulate)";
            throw new UserException($"--batch is {options.Batch}: it cannot be divided equally among {ranks} ranks{parts}");
        }
    }

    /// <summary>Runs a command on every rank. An error of one ends all of them; rank 0 tells it, or else the rank that had it.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="command">The command, given the ranks.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="ProcessGroupException">There is no Open MPI.</exception>
    /// <exception cref="UserException">An option has no meaning for one process.</exception>
    public int Run(ParseResult result, Func<ProcessGroup, int> command)
    {
        if (result.GetValue(parallel) == ParallelChoice.None)
        {
            // By value: a run's options.json gives every option, as it is by default, too.
            var asked = Read(result);
            var given = !asked.Overlap ? late.Name : asked.ShardOptimizer ? shard.Name : asked.Transport != Transport.Auto ? transport.Name : null;
            if (given is not null)
            {
                throw new UserException($"{given} applies only to ranks that train together; add --parallel mpi");
            }

            return command(ProcessGroup.Single);
        }

        using var ranks = ProcessGroup.JoinMpi();
        var error = result.InvocationConfiguration.Error;
        try
        {
            return command(ranks);
        }
        catch (RankWorkException e)
        {
            if (ranks.Rank == 0)
            {
                error.WriteLine(ErrorBoundary.Line(e.Message));
            }

            return e.Code;
        }
        catch (Exception e) when (EndAll(e))
        {
            return ErrorBoundary.Describe(e)!.Value.Code;
        }

        // The others do not know of it and wait for this rank. As a filter it comes before anything is disposed of, which may wait for them.
        bool EndAll(Exception e)
        {
            if (ErrorBoundary.Describe(e) is not var (message, code))
            {
                return false;
            }

            error.WriteLine($"rank {ranks.Rank}: {ErrorBoundary.Line(message)}");
            ranks.Abort(code);
            return true;
        }
    }
}
