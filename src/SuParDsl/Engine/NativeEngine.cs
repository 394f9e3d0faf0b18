using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Runtime.Versioning;
using TorchSharp;

namespace SuParDsl.Engine;

/// <summary>
/// Loads TorchSharp's native libraries, also on a system whose C++ library is older than the one that they were built with.
/// <c>docs/adr/0001-one-engine.md</c> has the reasons.
/// </summary>
public static class NativeEngine
{
    private static readonly Lock Gate = new();
    private static volatile bool loaded;
    private static bool prepared;
    private static nint library;
    private static EngineException? failure;

    /// <summary>
    /// Makes the settings of the native libraries, which read them as they load, and offers <see cref="Load"/> to TorchSharp's own loader.
    /// It loads nothing itself and may be called any number of times. A module initializer calls it in every project that uses the package.
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
            (AssemblyLoadContext.GetLoadContext(TorchSharpAssembly) ?? AssemblyLoadContext.Default).ResolvingUnmanagedDll += Resolve;
        }
    }

    /// <summary>
    /// Loads TorchSharp's native library with the libtorch that it was built for, once in a process. Layers and models call it before their first
    /// tensor. On Windows and macOS TorchSharp loads it by itself.
    /// </summary>
    /// <exception cref="EngineException">
    /// A library is missing, is of another version, or needs a newer system. TorchSharp would name another cause.
    /// </exception>
    public static void Load()
    {
        if (!loaded && OperatingSystem.IsLinux())
        {
            _ = LoadOnce();
        }
    }

    /// <summary>A value after <see cref="Load"/>: for a constructor that must load before its base's makes the first native call.</summary>
    internal static T LoadThen<T>(T value)
    {
        Load();
        return value;
    }

    /// <summary>Whether the libtorch of this process has CUDA. TorchSharp goes on without a word where its CUDA libraries do not load.</summary>
    /// <exception cref="EngineException">libtorch does not load.</exception>
    public static bool HasCuda()
    {
        Load();
        return !OperatingSystem.IsLinux() || DynamicLinker.Loaded("libtorch_cuda.so") != 0;
    }

    private static Assembly TorchSharpAssembly => typeof(torch).Assembly;

#pragma warning disable CA2255 // A library's initializer: TorchSharp's first call in the process may come before any of this library's.
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

    /// <summary>Called when the runtime's own search has found no library of that name that loads.</summary>
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
            // TorchSharp's loader would swallow the exception, copy half a gigabyte beside the program and name another cause. So it is told
            // that a library was found, and the first call of a function, which comes here again, throws.
            return NativeLibrary.GetMainProgramHandle();
        }
    }

    // Otherwise the runtime itself asks, for the call of a function, and carries the exception to the caller.
    private static bool AskedByTryLoad() => new StackTrace().GetFrames().Any(static frame => frame.GetMethod()?.DeclaringType == typeof(NativeLibrary));
}
