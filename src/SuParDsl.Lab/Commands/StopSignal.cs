using System.Runtime.InteropServices;

namespace SuParDsl.Lab.Commands;

/// <summary>
/// Turns Ctrl-C, SIGTERM and SIGUSR1 into a request to stop. A second signal ends the process immediately.
/// </summary>
internal sealed class StopSignal : IDisposable
{
    // mpirun forwards SIGUSR1 to its ranks without killing them, and Slurm can be asked to send it before the time limit.
    private static readonly PosixSignal User1 = (PosixSignal)(OperatingSystem.IsMacOS() ? 30 : 10);

    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;

    /// <summary>Registers the signal handlers.</summary>
    public StopSignal() => registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop),
        .. OperatingSystem.IsWindows() ? [] : new[] { PosixSignalRegistration.Create(User1, Stop) },
    ];

    /// <summary>The token that the first signal cancels.</summary>
    public CancellationToken Token => source.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in registrations)
        {
            registration.Dispose();
        }

        source.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = !source.IsCancellationRequested;
        source.Cancel();
    }
}
