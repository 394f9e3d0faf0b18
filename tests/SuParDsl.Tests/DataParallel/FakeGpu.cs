using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.InteropServices;
using SuParDsl.Distributed;

namespace SuParDsl.Tests.DataParallel;

/// <summary>
/// Replaces NVIDIA's driver and NCCL on machines without them, with threads as ranks and host memory. Like them, it
/// processes a queue only when another one waits for it, and refuses calls that are out of order: a call outside of a
/// context, and a sum of a buffer that the engine may not have filled yet.
/// </summary>
internal static unsafe class FakeGpu
{
    private const int Good = 0, BadContext = 201, BadUsage = 5, SystemError = 2, Float32 = 7, Sum = 0;

    private static readonly ConcurrentDictionary<string, Group> Groups = new();
    private static int handles;

    [ThreadStatic]
    private static State? own;

    /// <summary>The number of sums that this thread has requested and that are not complete.</summary>
    public static int Pending => Own.Sums.Count;

    /// <summary>Whether this thread has left its communicator.</summary>
    public static bool HasLeft => Own.HasLeft;

    /// <summary>Makes this thread unable to reach the others.</summary>
    public static bool HasNoNetwork { set => Own.HasNoNetwork = value; }

    /// <summary>Makes this thread's next sum fail.</summary>
    public static bool FailsNext { set => Own.FailsNext = value; }

    private static State Own => own ??= new();

    /// <summary>Creates the sums of a rank that uses this stand-in.</summary>
    public static NcclSums Sums(ProcessGroup ranks) =>
        NcclSums.TryJoin(new(Function), new(Function), ranks, ranks.Rank, isRequired: true)!;

    private static nint Function(string name) =>
        typeof(FakeGpu).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!.MethodHandle.GetFunctionPointer();

    [UnmanagedCallersOnly]
    private static int cuDeviceGet(int* handle, int device)
    {
        *handle = device;
        return Good;
    }

    [UnmanagedCallersOnly]
    private static int cuDeviceGetUuid(byte* uuid, int device)
    {
        new Span<byte>(uuid, 16).Fill((byte)device);
        return Good;
    }

    [UnmanagedCallersOnly]
    private static int cuDevicePrimaryCtxRetain(nint* context, int device)
    {
        *context = 100 + device;
        return Good;
    }

    [UnmanagedCallersOnly]
    private static int cuCtxPushCurrent_v2(nint context)
    {
        Own.Contexts.Push(context);
        return Good;
    }

    [UnmanagedCallersOnly]
    private static int cuCtxPopCurrent_v2(nint* context) => Own.Contexts.TryPop(out *context) ? Good : BadContext;

    [UnmanagedCallersOnly]
    private static int cuStreamCreate(nint* stream, uint flags) => New(stream);

    [UnmanagedCallersOnly]
    private static int cuEventCreate(nint* mark, uint flags) => New(mark);

    [UnmanagedCallersOnly]
    private static int cuEventRecord(nint mark, nint stream)
    {
        Own.Marks[mark] = stream;
        return Own.Contexts.Count > 0 ? Good : BadContext;
    }

    [UnmanagedCallersOnly]
    private static int cuStreamWaitEvent(nint stream, nint mark, uint flags)
    {
        if (Own.Contexts.Count == 0 || !Own.Marks.TryGetValue(mark, out var earlier))
        {
            return BadContext;
        }

        if (stream != CudaDriver.EngineStream)
        {
            Own.IsPacked = earlier == CudaDriver.EngineStream;
            return Good;
        }

        foreach (var (group, rank, floats, count) in Own.Sums)
        {
            group.Add(rank, floats, count);
        }

        Own.Sums.Clear();
        return Good;
    }

    [UnmanagedCallersOnly]
    private static int cuStreamDestroy_v2(nint stream) => Good;

    [UnmanagedCallersOnly]
    private static int cuEventDestroy_v2(nint mark) => Good;

    [UnmanagedCallersOnly]
    private static int ncclGetUniqueId(byte* id)
    {
        Guid.NewGuid().ToByteArray().CopyTo(new Span<byte>(id, 128)[^16..]);
        return Own.HasNoNetwork ? SystemError : Good;
    }

    [UnmanagedCallersOnly]
    private static int ncclCommInitRank(nint* communicator, int ranks, NcclLibrary.Id id, int rank)
    {
        var name = Convert.ToHexString(new ReadOnlySpan<byte>(&id, sizeof(NcclLibrary.Id))[^16..]);
        Own.Group = Groups.GetOrAdd(name, _ => new(new Barrier(ranks), new nint[ranks]));
        Own.Rank = rank;
        return Own.Contexts.Count > 0 ? New(communicator) : BadUsage;
    }

    [UnmanagedCallersOnly]
    private static int ncclAllReduce(nint from, nint to, nuint count, int type, int operation, nint communicator, nint stream)
    {
        if (from != to || type != Float32 || operation != Sum || !Own.IsPacked || Own.Contexts.Count == 0 || Own.FailsNext)
        {
            return BadUsage;
        }

        Own.IsPacked = false;
        Own.Sums.Add((Own.Group!, Own.Rank, to, (long)count));
        return Good;
    }

    [UnmanagedCallersOnly]
    private static int ncclCommGetAsyncError(nint communicator, int* code)
    {
        *code = Good;
        return Good;
    }

    [UnmanagedCallersOnly]
    private static int ncclCommDestroy(nint communicator)
    {
        Own.HasLeft = true;
        return Good;
    }

    [UnmanagedCallersOnly]
    private static byte* ncclGetErrorString(int code) => (byte*)Marshal.StringToCoTaskMemUTF8($"fake error {code}");

    private static int New(nint* handle)
    {
        *handle = Interlocked.Increment(ref handles);
        return Good;
    }

    private sealed class State
    {
        public Stack<nint> Contexts { get; } = new();

        public Dictionary<nint, nint> Marks { get; } = [];

        public List<(Group Group, int Rank, nint Floats, long Count)> Sums { get; } = [];

        public Group? Group { get; set; }

        public int Rank { get; set; }

        public bool IsPacked { get; set; }

        public bool FailsNext { get; set; }

        public bool HasLeft { get; set; }

        public bool HasNoNetwork { get; set; }
    }

    private sealed record Group(Barrier Barrier, nint[] Floats)
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

        public void Add(int rank, nint floats, long count)
        {
            Floats[rank] = floats;
            _ = Barrier.SignalAndWait(Patience);
            if (rank == 0)
            {
                for (long i = 0; i < count; i++)
                {
                    var sum = Floats.Sum(all => ((float*)all)[i]);
                    Array.ForEach(Floats, all => ((float*)all)[i] = sum);
                }
            }

            _ = Barrier.SignalAndWait(Patience);
        }
    }
}
