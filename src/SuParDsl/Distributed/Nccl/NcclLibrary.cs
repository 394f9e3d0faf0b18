using System.Runtime.InteropServices;

namespace SuParDsl.Distributed;

/// <summary>NVIDIA's NCCL, loaded at run time from its own library or from a libtorch for CUDA that contains it.</summary>
internal sealed unsafe class NcclLibrary
{
    /// <summary>The possible file names of the library.</summary>
    public static readonly string[] Names = ["libnccl.so.2", "libnccl.so", "libtorch_cuda.so"];

    private const int Float32 = 7, Sum = 0, InProgress = 7;

    private readonly delegate* unmanaged<Id*, int> newId;
    private readonly delegate* unmanaged<nint*, int, Id, int, int> join;
    private readonly delegate* unmanaged<nint, nint, nuint, int, int, nint, nint, int> allReduce;
    private readonly delegate* unmanaged<nint, int*, int> asyncError;
    private readonly delegate* unmanaged<nint, int> destroy;
    private readonly delegate* unmanaged<int, byte*> errorString;

    /// <param name="function">Returns the address of a function.</param>
    public NcclLibrary(Func<string, nint> function)
    {
        newId = (delegate* unmanaged<Id*, int>)function("ncclGetUniqueId");
        join = (delegate* unmanaged<nint*, int, Id, int, int>)function("ncclCommInitRank");
        allReduce = (delegate* unmanaged<nint, nint, nuint, int, int, nint, nint, int>)function("ncclAllReduce");
        asyncError = (delegate* unmanaged<nint, int*, int>)function("ncclCommGetAsyncError");
        destroy = (delegate* unmanaged<nint, int>)function("ncclCommDestroy");
        errorString = (delegate* unmanaged<int, byte*>)function("ncclGetErrorString");
    }

    /// <summary>The first library of the given names that contains NCCL; null if none does.</summary>
    public static NcclLibrary? Find(params IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            if (NativeLibrary.TryLoad(name, out var library) && NativeLibrary.TryGetExport(library, "ncclCommInitRank", out _))
            {
                return new(function => NativeLibrary.GetExport(library, function));
            }
        }

        return null;
    }

    /// <summary>Creates the unique identifier by which ranks find each other.</summary>
    public byte[] NewId()
    {
        Id id;
        Check(newId(&id), "ncclGetUniqueId");
        return new ReadOnlySpan<byte>(&id, sizeof(Id)).ToArray();
    }

    /// <summary>Joins the other ranks with the GPU of this thread's context. Returns when all ranks have joined.</summary>
    public nint Join(int ranks, ReadOnlySpan<byte> id, int rank)
    {
        nint communicator;
        Check(join(&communicator, ranks, MemoryMarshal.Read<Id>(id), rank), "ncclCommInitRank");
        return communicator;
    }

    /// <summary>Enqueues a sum of floats over the ranks on a stream, in place.</summary>
    public void StartSum(nint floats, long count, nint communicator, nint stream) =>
        Check(allReduce(floats, floats, (nuint)count, Float32, Sum, communicator, stream), "ncclAllReduce");

    /// <summary>Throws if an enqueued sum has failed.</summary>
    public void CheckProgress(nint communicator)
    {
        int code;
        Check(asyncError(communicator, &code), "ncclCommGetAsyncError");
        Check(code == InProgress ? 0 : code, "an all-reduce of NCCL");
    }

    /// <summary>Destroys the communicator. All ranks must do so.</summary>
    public void Leave(nint communicator) => _ = destroy(communicator);

    private void Check(int code, string call)
    {
        if (code != 0)
        {
            throw new ProcessGroupException(
                $"{call} failed: {Marshal.PtrToStringUTF8((nint)errorString(code))} (set NCCL_DEBUG=WARN for details)");
        }
    }

    /// <summary>ncclUniqueId, which is passed to NCCL by value.</summary>
    internal struct Id
    {
        private fixed byte bytes[128];
    }
}
