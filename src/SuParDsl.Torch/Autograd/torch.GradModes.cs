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

    private sealed class GradMode : IDisposable
    {
        private readonly int before = Entries.st_grad_enabled();

        public GradMode(bool enabled) => Entries.st_set_grad_enabled(enabled ? 1 : 0);

        public void Dispose() => Entries.st_set_grad_enabled(before);
    }

    private sealed class InferenceMode(bool mode) : IDisposable
    {
        private IntPtr guard = Entries.st_inference_begin(mode ? 1 : 0);

        public void Dispose()
        {
            if (guard != IntPtr.Zero) Entries.st_inference_end(guard);
            guard = IntPtr.Zero;
        }
    }
}
