using System.Runtime.InteropServices;
using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public static string __version__ => Marshal.PtrToStringUTF8(Entries.st_version())!;

    public static int get_num_threads() => Entries.st_get_threads();

    public static void set_num_threads(int num) => Failure.ThrowIf(Entries.st_set_threads(num));

    public static int get_num_interop_threads() => Entries.st_get_interop_threads();

    public static void set_num_interop_threads(int num) => Failure.ThrowIf(Entries.st_set_interop_threads(num));

    public static DisposeScope NewDisposeScope() => DisposeScopeManager.ThreadSingleton.NewDisposeScope();

    public static DisposeScope? CurrentDisposeScope => DisposeScopeManager.ThreadSingleton.CurrentDisposeScope;

    /// <summary>Runs <paramref name="expr"/> in a scope that keeps nothing but its result.</summary>
    public static Tensor WrappedTensorDisposeScope(Func<Tensor> expr)
    {
        using var scope = NewDisposeScope();
        return expr().MoveToOuterDisposeScope();
    }
}
