using System.Runtime.InteropServices;
using System.Text;

namespace SuParDsl.Distributed;

/// <summary>
/// Open MPI's C interface, loaded at run time. Its handles (the communicator, the types, the sum) are the addresses of global
/// variables that other MPI implementations do not have.
/// </summary>
internal sealed unsafe class MpiLibrary
{
    /// <summary>MPI_IN_PLACE, passed as the send buffer if the receive buffer already holds this rank's values.</summary>
    public const nint InPlace = 1;

    /// <summary>
    /// MPI_THREAD_SERIALIZED: calls from any thread, one at a time. On a GPU, the backward pass runs on a separate thread.
    /// </summary>
    public const int Serialized = 2;

    /// <summary>The possible file names of the library.</summary>
    public static readonly string[] Names = ["libmpi.so.40", "libmpi.so", "libmpi.40.dylib", "libmpi.dylib"];

    private const int LongestText = 256;

    private readonly nint library;
    private readonly delegate* unmanaged<int, byte*, int*, int> errorString;

    private MpiLibrary(nint library)
    {
        this.library = library;
        World = NativeLibrary.GetExport(library, "ompi_mpi_comm_world");
        Float = NativeLibrary.GetExport(library, "ompi_mpi_float");
        Byte = NativeLibrary.GetExport(library, "ompi_mpi_byte");
        Sum = NativeLibrary.GetExport(library, "ompi_mpi_op_sum");
        ErrorsReturn = NativeLibrary.GetExport(library, "ompi_mpi_errors_return");
        Init = (delegate* unmanaged<nint, nint, int, int*, int>)Function("MPI_Init_thread");
        Handle = (delegate* unmanaged<nint, nint, int>)Function("MPI_Comm_set_errhandler");
        Rank = (delegate* unmanaged<nint, int*, int>)Function("MPI_Comm_rank");
        Size = (delegate* unmanaged<nint, int*, int>)Function("MPI_Comm_size");
        StartGather = (delegate* unmanaged<void*, int, nint, void*, int, nint, nint, nint*, int>)Function("MPI_Iallgather");
        Reduce = (delegate* unmanaged<nint, void*, int, nint, nint, nint, int>)Function("MPI_Allreduce");
        StartReduce = (delegate* unmanaged<nint, void*, int, nint, nint, nint, nint*, int>)Function("MPI_Iallreduce");
        StartBroadcast = (delegate* unmanaged<void*, int, nint, int, nint, nint*, int>)Function("MPI_Ibcast");
        TestAll = (delegate* unmanaged<int, nint*, int*, nint, int>)Function("MPI_Testall");
        Abort = (delegate* unmanaged<nint, int, int>)Function("MPI_Abort");
        Finalize = (delegate* unmanaged<int>)Function("MPI_Finalize");
        errorString = (delegate* unmanaged<int, byte*, int*, int>)Function("MPI_Error_string");
    }

    public nint World { get; }

    public nint Float { get; }

    public nint Byte { get; }

    public nint Sum { get; }

    public nint ErrorsReturn { get; }

    /// <summary>MPI_Init_thread.</summary>
    public delegate* unmanaged<nint, nint, int, int*, int> Init { get; }

    /// <summary>MPI_Comm_set_errhandler.</summary>
    public delegate* unmanaged<nint, nint, int> Handle { get; }

    /// <summary>MPI_Comm_rank.</summary>
    public delegate* unmanaged<nint, int*, int> Rank { get; }

    /// <summary>MPI_Comm_size.</summary>
    public delegate* unmanaged<nint, int*, int> Size { get; }

    /// <summary>MPI_Iallgather.</summary>
    public delegate* unmanaged<void*, int, nint, void*, int, nint, nint, nint*, int> StartGather { get; }

    /// <summary>MPI_Allreduce.</summary>
    public delegate* unmanaged<nint, void*, int, nint, nint, nint, int> Reduce { get; }

    /// <summary>MPI_Iallreduce.</summary>
    public delegate* unmanaged<nint, void*, int, nint, nint, nint, nint*, int> StartReduce { get; }

    /// <summary>MPI_Ibcast.</summary>
    public delegate* unmanaged<void*, int, nint, int, nint, nint*, int> StartBroadcast { get; }

    /// <summary>MPI_Testall.</summary>
    public delegate* unmanaged<int, nint*, int*, nint, int> TestAll { get; }

    /// <summary>MPI_Abort.</summary>
    public delegate* unmanaged<nint, int, int> Abort { get; }

    /// <summary>MPI_Finalize.</summary>
    public delegate* unmanaged<int> Finalize { get; }

    /// <summary>
    /// Whether Open MPI was built with CUDA and found it. The query is an extension that may be missing.
    /// </summary>
    public bool IsCudaAware =>
        NativeLibrary.TryGetExport(library, "MPIX_Query_cuda_support", out var query) && ((delegate* unmanaged<int>)query)() == 1;

    /// <summary>Loads the first library of the given names that exists.</summary>
    /// <exception cref="ProcessGroupException">The library is not on this machine, or is not Open MPI's.</exception>
    public static MpiLibrary Load(params IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            if (NativeLibrary.TryLoad(name, out var library))
            {
                return NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out _)
                    ? new(library)
                    : throw new ProcessGroupException(
                        $"{name} is not Open MPI's: install it (scripts/install-open-mpi.sh, "
                        + "or Debian's openmpi-bin) and start with its mpirun");
            }
        }

        throw new ProcessGroupException(
            $"Open MPI's library ({names[0]}) is not on this machine: install it (scripts/install-open-mpi.sh, "
            + "or Debian's openmpi-bin)");
    }

    /// <summary>Throws if a call failed.</summary>
    /// <exception cref="ProcessGroupException">The call failed.</exception>
    public void Check(int code, string call)
    {
        if (code == 0)
        {
            return;
        }

        var text = stackalloc byte[LongestText];
        var length = 0;
        _ = errorString(code, text, &length);
        throw new ProcessGroupException($"{call} failed: {Encoding.UTF8.GetString(text, length)}");
    }

    private nint Function(string name) => NativeLibrary.GetExport(library, name);
}
