using System.Runtime.InteropServices;

namespace SuParDsl.Lab.Commands;

/// <summary>Ctrl-C, SIGTERM and SIGUSR1 as a request to finish. A second one ends the process at once.</summary>
internal sealed class StopSignal : IDisposable
{
    // What mpirun passes on to its ranks without ending them, and Slurm sends before the time is up if asked to.
    private static readonly PosixSignal User1 = (PosixSignal)(OperatingSystem.IsMacOS() ? 30 : 10);

    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;

    /// <summary>Listens from now on.</summary>
    public StopSignal() => registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop),
        .. OperatingSystem.IsWindows() ? [] : new[] { PosixSignalRegistration.Create(User1, Stop) },
    ];

    /// <summary>Is cancelled by the first signal.</summary>
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
