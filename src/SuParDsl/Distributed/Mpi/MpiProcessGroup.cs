using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SuParDsl.Distributed;

/// <summary>The ranks that <c>mpirun</c> has started.</summary>
internal sealed unsafe class MpiProcessGroup : ProcessGroup
{
    // The largest message in floats, because MPI's counts have 32 bits.
    private const int LongestMessage = 1 << 28;

    // Sleeps, in microseconds, are a fraction of the time waited so far, so that the
    // delay after completion is small in comparison.
    private const double ShortestSleep = 50, LongestSleep = 1000, SleepPart = 1 / 32.0;

    private static readonly TimeSpan Spinning = TimeSpan.FromMilliseconds(0.3);

    private readonly MpiLibrary mpi;
    private readonly List<nint> requests = [];

    private MpiProcessGroup(MpiLibrary mpi, int rank, int count) : base(rank, count)
    {
        this.mpi = mpi;
        var places = Gather(Environment.MachineName);
        LocalRank = places.Take(rank).Count(place => place == places[rank]);

        // Bound ranks have their own processors. The others share the processors that all of them may run on.
        var processors = Gather($"{Environment.MachineName} {AllowedProcessors()}");
        Processors = Math.Max(1, Environment.ProcessorCount / processors.Count(own => own == processors[rank]));
    }

    /// <summary>Joins the other ranks. Call it once per process.</summary>
    /// <exception cref="ProcessGroupException">The library is missing or cannot be initialized.</exception>
    public static MpiProcessGroup Start()
    {
        // Open MPI's handlers for SIGSEGV and SIGFPE would replace the runtime's, which turn these signals into exceptions.
        _ = setenv("OMPI_MCA_opal_signal", string.Empty, 1);
        var mpi = MpiLibrary.Load(MpiLibrary.Names);
        int level, rank, count;
        mpi.Check(mpi.Init(0, 0, MpiLibrary.Serialized, &level), "MPI_Init_thread");
        if (level < MpiLibrary.Serialized)
        {
            throw new ProcessGroupException(
                "this Open MPI does not support threads: install one that supports MPI_THREAD_SERIALIZED");
        }

        mpi.Check(mpi.Handle(mpi.World, mpi.ErrorsReturn), "MPI_Comm_set_errhandler");
        mpi.Check(mpi.Rank(mpi.World, &rank), "MPI_Comm_rank");
        mpi.Check(mpi.Size(mpi.World, &count), "MPI_Comm_size");
        return new(mpi, rank, count);
    }

    public override void Abort(int code) => _ = mpi.Abort(mpi.World, code);

    public override void Dispose()
    {
        if (IsSumming || MustAbort)
        {
            // An exception ended a step midway, so the other ranks would wait forever.
            Abort(1);
        }

        // Wait for the other ranks here, because MPI_Finalize would spin on a processor while it waits.
        _ = Gather([0]);
        _ = mpi.Finalize();
    }

    internal override bool IsCudaAware => mpi.IsCudaAware;

    internal override void Sum(float* values, long count)
    {
        foreach (var (begin, length) in Messages(count))
        {
            mpi.Check(mpi.Reduce(MpiLibrary.InPlace, values + begin, length, mpi.Float, mpi.Sum, mpi.World), "MPI_Allreduce");
        }
    }

    internal override void StartSum(float* values, long count)
    {
        foreach (var (begin, length) in Messages(count))
        {
            nint request;
            var code = mpi.StartReduce(MpiLibrary.InPlace, values + begin, length, mpi.Float, mpi.Sum, mpi.World, &request);
            mpi.Check(code, "MPI_Iallreduce");
            requests.Add(request);
        }
    }

    internal override void StartBroadcast(float* values, long count, int root)
    {
        foreach (var (begin, length) in Messages(count))
        {
            nint request;
            mpi.Check(mpi.StartBroadcast(values + begin, length, mpi.Float, root, mpi.World, &request), "MPI_Ibcast");
            requests.Add(request);
        }
    }

    internal override bool IsSumming => requests.Count > 0;

    internal override void Progress() => _ = IsDone();

    // MPI's own waits spin until completion. Ranks may share processors with each other
    // and with other programs, so sleep instead.
    internal override void Wait()
    {
        for (var begun = Stopwatch.GetTimestamp(); !IsDone();)
        {
            if (Stopwatch.GetElapsedTime(begun) is var waited && waited > Spinning)
            {
                _ = usleep((uint)Math.Clamp(SleepPart * waited.TotalMicroseconds, ShortestSleep, LongestSleep));
            }
        }
    }

    private protected override byte[] Gather(ReadOnlySpan<byte> own)
    {
        var all = new byte[own.Length * Count];
        fixed (byte* from = own, to = all)
        {
            nint request;
            mpi.Check(
                mpi.StartGather(from, own.Length, mpi.Byte, to, own.Length, mpi.Byte, mpi.World, &request), "MPI_Iallgather");
            requests.Add(request);
            Wait();
        }

        return all;
    }

    private static IEnumerable<(long Begin, int Length)> Messages(long count)
    {
        for (long begin = 0; begin < count; begin += LongestMessage)
        {
            yield return (begin, (int)Math.Min(LongestMessage, count - begin));
        }
    }

    private bool IsDone()
    {
        int done;
        fixed (nint* all = CollectionsMarshal.AsSpan(requests))
        {
            mpi.Check(mpi.TestAll(requests.Count, all, &done, 0), "MPI_Testall");
        }

        if (done == 0)
        {
            return false;
        }

        requests.Clear();
        return true;
    }

    private static string AllowedProcessors()
    {
        const string Status = "/proc/self/status";
        var lines = File.Exists(Status) ? File.ReadLines(Status) : [];
        return lines.FirstOrDefault(static line => line.StartsWith("Cpus_allowed_list", StringComparison.Ordinal))
            ?? string.Empty;
    }

    [DllImport("libc")]
    private static extern int setenv(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);

    [DllImport("libc")]
    private static extern int usleep(uint microseconds);
}
