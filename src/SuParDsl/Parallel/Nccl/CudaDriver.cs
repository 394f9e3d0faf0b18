using System.Runtime.InteropServices;

namespace SuParDsl;

/// <summary>
/// The part of NVIDIA's driver interface that orders a queue of our own after and before the engine's, found at run time. The driver, unlike
/// CUDA's runtime library, has one name on every machine, whatever the engine brings along.
/// </summary>
internal sealed unsafe class CudaDriver
{
    /// <summary>The engine's queue: the device's default stream.</summary>
    public const nint EngineStream = 0;

    private const string Name = "libcuda.so.1";

    private const uint NonBlocking = 1, WithoutTiming = 2;

    private readonly delegate* unmanaged<int*, int, int> deviceGet;
    private readonly delegate* unmanaged<byte*, int, int> deviceUuid;
    private readonly delegate* unmanaged<nint*, int, int> retainContext;
    private readonly delegate* unmanaged<nint, int> pushContext;
    private readonly delegate* unmanaged<nint*, int> popContext;
    private readonly delegate* unmanaged<nint*, uint, int> newStream, newEvent;
    private readonly delegate* unmanaged<nint, nint, int> record;
    private readonly delegate* unmanaged<nint, nint, uint, int> wait;
    private readonly delegate* unmanaged<nint, int> destroyStream, destroyEvent;

    /// <param name="function">Gives the address of a function.</param>
    public CudaDriver(Func<string, nint> function)
    {
        deviceGet = (delegate* unmanaged<int*, int, int>)function("cuDeviceGet");
        deviceUuid = (delegate* unmanaged<byte*, int, int>)function("cuDeviceGetUuid");
        retainContext = (delegate* unmanaged<nint*, int, int>)function("cuDevicePrimaryCtxRetain");
        pushContext = (delegate* unmanaged<nint, int>)function("cuCtxPushCurrent_v2");
        popContext = (delegate* unmanaged<nint*, int>)function("cuCtxPopCurrent_v2");
        newStream = (delegate* unmanaged<nint*, uint, int>)function("cuStreamCreate");
        newEvent = (delegate* unmanaged<nint*, uint, int>)function("cuEventCreate");
        record = (delegate* unmanaged<nint, nint, int>)function("cuEventRecord");
        wait = (delegate* unmanaged<nint, nint, uint, int>)function("cuStreamWaitEvent");
        destroyStream = (delegate* unmanaged<nint, int>)function("cuStreamDestroy_v2");
        destroyEvent = (delegate* unmanaged<nint, int>)function("cuEventDestroy_v2");
    }

    /// <summary>The driver; null where there is none.</summary>
    public static CudaDriver? Find() =>
        NativeLibrary.TryLoad(Name, out var library) ? new(name => NativeLibrary.GetExport(library, name)) : null;

    /// <summary>What no two GPUs share, however the process counts them.</summary>
    public string IdentityOf(int device)
    {
        var bytes = stackalloc byte[16];
        Check(deviceUuid(bytes, Handle(device)), "cuDeviceGetUuid");
        return Convert.ToHexString(new ReadOnlySpan<byte>(bytes, 16));
    }

    /// <summary>The context of a GPU that the engine works in, too.</summary>
    public nint ContextOf(int device)
    {
        nint context;
        Check(retainContext(&context, Handle(device)), "cuDevicePrimaryCtxRetain");
        return context;
    }

    /// <summary>Makes a context this thread's until the result is disposed of: the engine leaves its first GPU's behind.</summary>
    public Entered Enter(nint context)
    {
        Check(pushContext(context), "cuCtxPushCurrent");
        return new(this);
    }

    /// <summary>A queue that the engine's does not wait for.</summary>
    public nint NewStream()
    {
        nint stream;
        Check(newStream(&stream, NonBlocking), "cuStreamCreate");
        return stream;
    }

    /// <summary>A mark to put into queues.</summary>
    public nint NewEvent()
    {
        nint mark;
        Check(newEvent(&mark, WithoutTiming), "cuEventCreate");
        return mark;
    }

    /// <summary>Has one queue go on only when all that another has been asked for so far is done.</summary>
    /// <param name="later">The queue that waits.</param>
    /// <param name="earlier">The queue that it waits for.</param>
    /// <param name="mark">The mark to do it with. It may be used again at once.</param>
    public void Order(nint later, nint earlier, nint mark)
    {
        Check(record(mark, earlier), "cuEventRecord");
        Check(wait(later, mark, 0), "cuStreamWaitEvent");
    }

    /// <summary>Frees a queue and a mark.</summary>
    public void Free(nint stream, nint mark)
    {
        _ = destroyStream(stream);
        _ = destroyEvent(mark);
    }

    private int Handle(int device)
    {
        int handle;
        Check(deviceGet(&handle, device), "cuDeviceGet");
        return handle;
    }

    private static void Check(int code, string call)
    {
        if (code != 0)
        {
            throw new ProcessGroupException($"{call} of NVIDIA's driver failed with error {code}");
        }
    }

    /// <summary>A context that is this thread's.</summary>
    public readonly ref struct Entered(CudaDriver driver)
    {
        /// <summary>Gives the thread its former context back.</summary>
        public void Dispose()
        {
            nint context;
            Check(driver.popContext(&context), "cuCtxPopCurrent");
        }
    }
}
