using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public static bool is_grad_enabled() => Entries.st_grad_enabled() != 0;

    public static bool is_inference_mode_enabled() => Entries.st_inference_enabled() != 0;

    public static IDisposable no_grad() => new GradMode(false);

    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);

    public static IDisposable set_grad_enabled(bool mode = true) => new GradMode(mode);

    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);

    // Modes are the thread's: ending one on another thread would change that one's.
    private static void RefuseOtherThreads(int began)
    {
        if (began != Environment.CurrentManagedThreadId)
            throw new InvalidOperationException("a gradient mode ends on the thread that began it");
    }

    private sealed class GradMode : IDisposable
    {
        private readonly int thread = Environment.CurrentManagedThreadId;
        private readonly int before = Entries.st_grad_enabled();

        public GradMode(bool enabled) => Entries.st_set_grad_enabled(enabled ? 1 : 0);

        public void Dispose()
        {
            RefuseOtherThreads(thread);
            Entries.st_set_grad_enabled(before);
        }
    }

    private sealed class InferenceMode(bool mode) : IDisposable
    {
        private readonly int thread = Environment.CurrentManagedThreadId;
        private IntPtr guard = Entries.st_inference_begin(mode ? 1 : 0);

        public void Dispose()
        {
            RefuseOtherThreads(thread);
            if (guard != IntPtr.Zero) Entries.st_inference_end(guard);
            guard = IntPtr.Zero;
        }
    }
}
