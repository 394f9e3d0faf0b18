using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A stream of random numbers.</summary>
    public unsafe class Generator : IDisposable
    {
        private IntPtr handle;

        public Generator(ulong seed = 0, Device? device = null)
        {
            this.device = device ?? CPU;
            handle = Entries.st_generator_new(seed, (int)this.device.type, this.device.index);
            if (handle == IntPtr.Zero) throw Failure.Last();
        }

        private Generator(IntPtr handle)
        {
            if (handle == IntPtr.Zero) throw Failure.Last();
            (this.handle, device) = (handle, CPU);
        }

        ~Generator() => Dispose(false);

        public static Generator Default => new(Entries.st_generator_default((int)DeviceType.CPU, -1));

        public Device device { get; }

        public IntPtr Handle => handle != IntPtr.Zero ? handle : throw new ObjectDisposedException(nameof(Generator));

        public Generator manual_seed(long seed)
        {
            Failure.ThrowIf(Entries.st_generator_set_seed(Handle, (ulong)seed));
            GC.KeepAlive(this);
            return this;
        }

        public long seed()
        {
            long seed = System.Random.Shared.NextInt64();
            manual_seed(seed);
            return seed;
        }

        public long initial_seed()
        {
            ulong seed;
            Failure.ThrowIf(Entries.st_generator_seed(Handle, &seed));
            GC.KeepAlive(this);
            return (long)seed;
        }

        public Tensor get_state()
        {
            IntPtr state;
            Failure.ThrowIf(Entries.st_generator_get_state(Handle, &state));
            GC.KeepAlive(this);
            return new Tensor(state);
        }

        public void set_state(Tensor value)
        {
            Failure.ThrowIf(Entries.st_generator_set_state(Handle, value.Handle));
            GC.KeepAlive(value);
            GC.KeepAlive(this);
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            IntPtr released = Interlocked.Exchange(ref handle, IntPtr.Zero);
            if (released != IntPtr.Zero) Entries.st_generator_free(released);
        }
    }

    /// <summary>Seeds the default generators of all devices.</summary>
    public static Generator manual_seed(long seed)
    {
        Failure.ThrowIf(Entries.st_manual_seed((ulong)seed));
        return Generator.Default;
    }

    public static long seed()
    {
        using var generator = Generator.Default;
        return generator.seed();
    }

    public static long initial_seed()
    {
        using var generator = Generator.Default;
        return generator.initial_seed();
    }

    public static Tensor get_rng_state()
    {
        using var generator = Generator.Default;
        return generator.get_state();
    }

    public static void set_rng_state(Tensor new_state)
    {
        using var generator = Generator.Default;
        generator.set_state(new_state);
    }

    /// <summary>The default generator, by its PyTorch name.</summary>
    public static partial class random
    {
        public static Generator manual_seed(long seed) => torch.manual_seed(seed);
        public static long seed() => torch.seed();
        public static long initial_seed() => torch.initial_seed();
        public static Tensor get_rng_state() => torch.get_rng_state();
        public static void set_rng_state(Tensor new_state) => torch.set_rng_state(new_state);
    }
}
