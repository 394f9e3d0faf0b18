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
            IsUndefined = handle == IntPtr.Zero;
            if (IsUndefined)
            {
                GC.SuppressFinalize(this);
                return;
            }
            RaisePeak(Interlocked.Increment(ref totalCount));
            if (register) DisposeScopeManager.ThreadSingleton.Register(this);
        }

        ~Tensor() => Dispose(false);

        /// <summary>How many tensor objects are alive in the process.</summary>
        public static long TotalCount => Interlocked.Read(ref totalCount);

        /// <summary>The most that were ever alive at once.</summary>
        public static long PeakCount => Interlocked.Read(ref peakCount);

        public string? name { get; set; }

        public bool IsInvalid => handle == IntPtr.Zero;

        public IntPtr Handle => handle is var held && held != IntPtr.Zero ? held : throw Gone();

        /// <summary>Whether it stands for an operator's result that does not exist; a disposed tensor was one that did.</summary>
        internal bool IsUndefined { get; }

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
            // Of several threads that dispose of it, one gets the handle.
            IntPtr released = Interlocked.Exchange(ref handle, IntPtr.Zero);
            if (released == IntPtr.Zero) return;
            if (disposing)
            {
                DisposeScopeManager.ThreadSingleton.Disposing(this);
                OwningDisposeScope?.Forget(this);
            }
            Interlocked.Decrement(ref totalCount);
            Entries.st_free(released);
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
            _ = Handle;
            OwningDisposeScope?.Remove(this);
            // As with disposing: of several threads, one gets the handle.
            IntPtr released = Interlocked.Exchange(ref handle, IntPtr.Zero);
            if (released == IntPtr.Zero) throw Gone();
            GC.SuppressFinalize(this);
            Interlocked.Decrement(ref totalCount);
            return released;
        }

        private static InvalidOperationException Gone() => new("Tensor invalid -- empty handle.");

        private static void RaisePeak(long count)
        {
            long peak = Interlocked.Read(ref peakCount);
            while (count > peak && Interlocked.CompareExchange(ref peakCount, count, peak) is var seen && seen != peak) peak = seen;
        }

        /// <summary>Hands the native tensor to another object, which takes over this one's place in its scope.</summary>
        internal IntPtr MoveHandle(out DisposeScope? scope)
        {
            scope = OwningDisposeScope;
            return DecoupleFromNativeHandle();
        }
    }
}
