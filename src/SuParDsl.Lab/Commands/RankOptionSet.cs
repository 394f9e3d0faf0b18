using System.CommandLine;
using SuParDsl.Distributed;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Errors;
using SuParDsl.Lab.Parallel;

namespace SuParDsl.Lab.Commands;

/// <summary>How the processes of a data-parallel run are started.</summary>
internal enum ParallelChoice
{
    /// <summary>A single process.</summary>
    None,

    /// <summary>The ranks that Open MPI's mpirun started.</summary>
    Mpi,
}

/// <summary>The options of a command that can run data-parallel on several ranks.</summary>
internal sealed class RankOptionSet
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

    /// <summary>Reads the options of data-parallel training.</summary>
    public DataParallelOptions Read(ParseResult result) =>
        new(!result.GetValue(late), result.GetValue(transport), result.GetValue(shard));

    /// <summary>
    /// Runs a command on every rank. An error on one rank ends all ranks. Rank 0 reports an error that all ranks know of;
    /// otherwise the failing rank reports it.
    /// </summary>
    /// <param name="result">The command line.</param>
    /// <param name="command">The command, which receives the process group.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="ProcessGroupException">Open MPI is not available.</exception>
    /// <exception cref="UserException">An option does not apply to a single process.</exception>
    public int Run(ParseResult result, Func<ProcessGroup, int> command)
    {
        if (result.GetValue(parallel) == ParallelChoice.None)
        {
            // Compare values with the defaults, because a run's options.json also lists options that were not given.
            var asked = Read(result);
            var given = !asked.Overlap ? late.Name
                : asked.ShardOptimizer ? shard.Name
                : asked.Transport != Transport.Auto ? transport.Name : null;
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

        // The other ranks do not know of the error and wait for this one. EndAll is called in an exception filter, so that it
        // runs before any Dispose, which may wait for the other ranks.
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
