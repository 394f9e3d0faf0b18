using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor of libtorch's. Freed by <see cref="Dispose()"/>, by its scope's end, or at last by the garbage collector.</summary>
    public partial class Tensor : IDisposable
    {
        private static long totalCount, peakCount;

        private IntPtr handle;

        internal Tensor(IntPtr handle, bool register = true)
        {
            this.handle = handle;
            long count = Interlocked.Increment(ref totalCount);
            if (count > peakCount) peakCount = count;
            if (register) DisposeScopeManager.ThreadSingleton.Register(this);
        }

        ~Tensor() => Dispose(false);

        /// <summary>How many tensor objects are alive in the process.</summary>
        public static long TotalCount => Interlocked.Read(ref totalCount);

        /// <summary>The most that were ever alive at once.</summary>
        public static long PeakCount => peakCount;

        public string? name { get; set; }

        public bool IsInvalid => handle == IntPtr.Zero;

        public IntPtr Handle => handle != IntPtr.Zero ? handle
            : throw new InvalidOperationException("Tensor invalid -- empty handle.");

        internal DisposeScope? OwningDisposeScope { get; set; }

        internal int PlaceInScope { get; set; }

        /// <summary>Tensors are compared by <see cref="equal"/> and <see cref="eq(Tensor)"/>; as dictionary keys they are themselves.</summary>
        public override int GetHashCode() => base.GetHashCode();

        public override bool Equals(object? obj) => obj is Tensor other && Equals(other);

        public static Tensor UnsafeCreateTensor(IntPtr handle) => new(handle);

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            if (handle == IntPtr.Zero) return;
            if (disposing)
            {
                DisposeScopeManager.ThreadSingleton.Disposing(this);
                OwningDisposeScope?.Remove(this);
            }
            Interlocked.Decrement(ref totalCount);
            Entries.st_free(handle);
            handle = IntPtr.Zero;
        }

        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.OwningDisposeScope);

        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            if (OwningDisposeScope is { } own) own.MoveToOther(other, this);
            else other?.Attach(this);
            return this;
        }

        /// <summary>Gives the native tensor up: whoever takes the handle frees it.</summary>
        public IntPtr DecoupleFromNativeHandle()
        {
            IntPtr released = Handle;
            OwningDisposeScope?.Remove(this);
            GC.SuppressFinalize(this);
            Interlocked.Decrement(ref totalCount);
            handle = IntPtr.Zero;
            return released;
        }

        /// <summary>Hands the native tensor to another object, which takes over this one's place in its scope.</summary>
        internal IntPtr MoveHandle(out DisposeScope? scope)
        {
            scope = OwningDisposeScope;
            return DecoupleFromNativeHandle();
        }
    }
}
