using System.Runtime.InteropServices;

namespace SuParDsl.Distributed;

/// <summary>
/// The part of NVIDIA's driver API that orders a separate stream after and before libtorch's, loaded at run time. Unlike CUDA's
/// runtime library, the driver has the same name on every machine, regardless of what libtorch ships.
/// </summary>
internal sealed unsafe class CudaDriver
{
    /// <summary>libtorch's stream, which is the device's default stream.</summary>
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

    /// <param name="function">Returns the address of a function.</param>
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

    /// <summary>The driver; null if there is none.</summary>
    public static CudaDriver? Find() =>
        NativeLibrary.TryLoad(Name, out var library) ? new(name => NativeLibrary.GetExport(library, name)) : null;

    /// <summary>A GPU's unique identifier, which does not depend on how the process numbers its GPUs.</summary>
    public string IdentityOf(int device)
    {
        var bytes = stackalloc byte[16];
        Check(deviceUuid(bytes, Handle(device)), "cuDeviceGetUuid");
        return Convert.ToHexString(new ReadOnlySpan<byte>(bytes, 16));
    }

    /// <summary>A GPU's primary context, which libtorch uses, too.</summary>
    public nint ContextOf(int device)
    {
        nint context;
        Check(retainContext(&context, Handle(device)), "cuDevicePrimaryCtxRetain");
        return context;
    }

    /// <summary>
    /// Makes a context current on this thread until the result is disposed. libtorch may
    /// have left its first GPU's context current.
    /// </summary>
    public Entered Enter(nint context)
    {
        Check(pushContext(context), "cuCtxPushCurrent");
        return new(this);
    }

    /// <summary>Creates a stream that libtorch's stream does not wait for.</summary>
    public nint NewStream()
    {
        nint stream;
        Check(newStream(&stream, NonBlocking), "cuStreamCreate");
        return stream;
    }

    /// <summary>Creates an event to record in streams.</summary>
    public nint NewEvent()
    {
        nint mark;
        Check(newEvent(&mark, WithoutTiming), "cuEventCreate");
        return mark;
    }

    /// <summary>Makes a stream wait for all work that has been submitted to another stream so far.</summary>
    /// <param name="later">The stream that waits.</param>
    /// <param name="earlier">The stream that it waits for.</param>
    /// <param name="mark">The event to use. It can be reused immediately.</param>
    public void Order(nint later, nint earlier, nint mark)
    {
        Check(record(mark, earlier), "cuEventRecord");
        Check(wait(later, mark, 0), "cuStreamWaitEvent");
    }

    /// <summary>Destroys a stream and an event.</summary>
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

    /// <summary>A context that is current on this thread.</summary>
    public readonly ref struct Entered(CudaDriver driver)
    {
        /// <summary>Restores the thread's previous context.</summary>
        public void Dispose()
        {
            nint context;
            Check(driver.popContext(&context), "cuCtxPopCurrent");
        }
    }
}
