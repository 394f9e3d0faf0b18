using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public static bool cuda_is_available() => cuda.is_available();

    /// <summary>NVIDIA GPUs.</summary>
    public static partial class cuda
    {
        public static bool is_available() => device_count() > 0;

        public static int device_count() => Entries.st_cuda_count();

        public static void manual_seed(long seed) => manual_seed_all(seed);

        public static void manual_seed_all(long seed) => Failure.ThrowIf(Entries.st_cuda_manual_seed_all((ulong)seed));

        public static void synchronize(Device? device = null)
        {
            if (device is { type: not DeviceType.CUDA }) throw new ArgumentException("Not a CUDA device.", nameof(device));
            Failure.ThrowIf(Entries.st_cuda_synchronize(device?.index ?? -1));
        }
    }

    public static partial class backends
    {
        public static partial class cuda
        {
            public static partial class matmul
            {
                /// <summary>Whether matrix products in float32 may use TensorFloat-32 units.</summary>
                public static bool allow_tf32
                {
                    get => Entries.st_get_allow_tf32() != 0;
                    set => Failure.ThrowIf(Entries.st_set_allow_tf32(value ? 1 : 0));
                }
            }
        }
    }
}
