using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Runtime.Versioning;
using TorchSharp;

namespace SuParDsl.Engine;

/// <summary>
/// Loads TorchSharp's native libraries, even on a system whose C++ library is older than the one that they were built with.
/// <c>docs/adr/0001-one-engine.md</c> gives the reasons.
/// </summary>
public static class NativeEngine
{
    private static readonly Lock Gate = new();
    private static volatile bool loaded;
    private static bool prepared;
    private static nint library;
    private static EngineException? failure;

    /// <summary>
    /// Applies the settings that the native libraries read when they are loaded, and makes TorchSharp's own loader use
    /// <see cref="Load"/>. This method loads nothing and may be called repeatedly. A module
    /// initializer calls it in every project that uses the package.
    /// </summary>
    public static void Prepare()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        lock (Gate)
        {
            if (prepared)
            {
                return;
            }

            prepared = true;
            NativeSettings.Apply();
            var context = AssemblyLoadContext.GetLoadContext(TorchSharpAssembly) ?? AssemblyLoadContext.Default;
            context.ResolvingUnmanagedDll += Resolve;
        }
    }

    /// <summary>
    /// Loads TorchSharp's native library with the libtorch that it was built for, once per process. Layers and models call this
    /// before they create their first tensor. On Windows and macOS, TorchSharp loads the library itself.
    /// </summary>
    /// <exception cref="EngineException">
    /// A library is missing, has another version, or needs a newer system. TorchSharp's own error would name another cause.
    /// </exception>
    public static void Load()
    {
        if (!loaded && OperatingSystem.IsLinux())
        {
            _ = LoadOnce();
        }
    }

    /// <summary>
    /// Calls <see cref="Load"/> and returns the value. Constructors call it before the base constructor's first native call.
    /// </summary>
    internal static T LoadThen<T>(T value)
    {
        Load();
        return value;
    }

    /// <summary>
    /// Whether the libtorch of this process has CUDA. TorchSharp does not report CUDA libraries that fail to load.
    /// </summary>
    /// <exception cref="EngineException">libtorch cannot be loaded.</exception>
    public static bool HasCuda()
    {
        Load();
        return !OperatingSystem.IsLinux() || DynamicLinker.Loaded("libtorch_cuda.so") != 0;
    }

    private static Assembly TorchSharpAssembly => typeof(torch).Assembly;

#pragma warning disable CA2255 // The library needs an initializer, because the process may call TorchSharp before this library.
    [ModuleInitializer]
    internal static void Initialize() => Prepare();
#pragma warning restore CA2255

    [SupportedOSPlatform("linux")]
    private static nint LoadOnce()
    {
        Prepare();
        lock (Gate)
        {
            if (failure is not null)
            {
                throw new EngineException(failure.Message, failure);
            }

            try
            {
                library = library != 0 ? library : NativeLoader.Load(NativeFolders.Of(TorchSharpAssembly));
                loaded = true;
                return library;
            }
            catch (EngineException error)
            {
                failure = error;
                throw;
            }
        }
    }

    /// <summary>Called when the runtime's own search has found no loadable library of that name.</summary>
    [SupportedOSPlatform("linux")]
    private static nint Resolve(Assembly assembly, string name)
    {
        if (name != NativeLoader.Name)
        {
            return 0;
        }

        try
        {
            return LoadOnce();
        }
        catch (EngineException) when (AskedByTryLoad())
        {
            // TorchSharp's loader would swallow the exception, copy half a gigabyte beside the program and name another cause.
            // Pretend that the library was found: the first call of a native function comes here again and then throws.
            return NativeLibrary.GetMainProgramHandle();
        }
    }

    // Otherwise the runtime resolves the call of a native function, and the exception reaches the caller.
    private static bool AskedByTryLoad() =>
        new StackTrace().GetFrames().Any(static frame => frame.GetMethod()?.DeclaringType == typeof(NativeLibrary));
}
