using System.Runtime.InteropServices;
using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>The managed half of a node in the graph. The native half holds it, and lets it go with the graph.</summary>
        internal sealed unsafe class FunctionNode(string name, Func<AutogradContext, List<Tensor>, List<Tensor>> backward)
        {
            private bool[] isTensor = [];
            private (long[] sizes, ScalarType type, Device device)?[] outputs = [];

            public AutogradContext Context { get; } = new();

            public List<Tensor> Run(object?[] arguments, Func<AutogradContext, object?[], List<Tensor>> forward)
            {
                isTensor = Array.ConvertAll(arguments, argument => argument is Tensor { IsUndefined: false });
                var inputs = arguments.OfType<Tensor>().Where(tensor => !tensor.IsUndefined).ToList();
                bool recording = is_grad_enabled() && inputs.Any(tensor => tensor.requires_grad);
                IntPtr node = recording ? Create(inputs) : IntPtr.Zero;
                try
                {
                    List<Tensor> results;
                    using (no_grad()) results = forward(Context, arguments);
                    if (!recording) return results;
                    var wrapped = Wrap(node, inputs, results);
                    Save(node, results, wrapped);
                    outputs = wrapped.ConvertAll(Shape).ToArray();
                    return wrapped;
                }
                finally
                {
                    Context.ForgetTensors();
                    if (recording) Entries.st_node_drop(node);
                    GC.KeepAlive(inputs);
                }
            }

            private IntPtr Create(List<Tensor> inputs)
            {
                IntPtr[] handles = Handles(inputs);
                var self = GCHandle.Alloc(this);
                IntPtr node;
                fixed (IntPtr* first = handles)
                    node = Entries.st_node_new(GCHandle.ToIntPtr(self), &Apply, &Release, name, first, handles.Length);
                if (node == IntPtr.Zero)
                {
                    self.Free();
                    throw Failure.Last();
                }
                Context.Node = Entries.st_node_raw(node);
                return node;
            }

            private List<Tensor> Wrap(IntPtr node, List<Tensor> inputs, List<Tensor> results)
            {
                IntPtr[] given = Handles(inputs), raw = Handles(results);
                IntPtr[] dirty = Handles(Context.Dirty), fixedOnes = Handles(Context.NonDifferentiable);
                var wrapped = new IntPtr[raw.Length];
                fixed (IntPtr* g = given, d = dirty, f = fixedOnes, r = raw, w = wrapped)
                    Failure.ThrowIf(Entries.st_node_wrap(node, g, given.Length, d, dirty.Length, f, fixedOnes.Length, r, raw.Length, w));
                GC.KeepAlive(results);
                return wrapped.Select(handle => handle == IntPtr.Zero ? null! : new Tensor(handle)).ToList();
            }

            private void Save(IntPtr node, List<Tensor> results, List<Tensor> wrapped)
            {
                // A saved output means the one in the graph, so that second derivatives flow through it.
                var saved = Context.ToSave.ConvertAll(
                    tensor => results.FindIndex(r => ReferenceEquals(r, tensor)) is var k and >= 0 ? wrapped[k] : tensor);
                IntPtr[] handles = Handles(saved);
                fixed (IntPtr* first = handles) Failure.ThrowIf(Entries.st_node_save(node, first, handles.Length));
                GC.KeepAlive(saved);
                Context.SavedCount = handles.Length;
            }

            private static (long[], ScalarType, Device)? Shape(Tensor? tensor) =>
                tensor is null ? null : (tensor.shape, tensor.dtype, tensor.device);

            // Everything that a backward makes is the graph's or temporary: the scope frees what libtorch has taken over.
            private void Backward(IntPtr* grads, int gradCount, IntPtr* results, int resultCount)
            {
                using var scope = NewDisposeScope();
                var given = new List<Tensor>(gradCount);
                for (int k = 0; k < gradCount; k++) given.Add(grads[k] != IntPtr.Zero ? new Tensor(grads[k]) : Missing(k));
                var computed = backward(Context, given);
                int place = 0;
                for (int k = 0; k < computed.Count; k++)
                {
                    var gradient = computed[k];
                    bool defined = gradient is not null && !gradient.IsUndefined;
                    if (k < isTensor.Length && isTensor[k])
                    {
                        if (defined) results[place] = Entries.st_alias(gradient!.Handle);
                        place++;
                    }
                    else if (defined)
                    {
                        throw new InvalidOperationException($"{name}: gradient {k + 1} is defined, but that argument of forward was not a tensor");
                    }
                }
                GC.KeepAlive(computed);
                if (place != resultCount)
                {
                    throw new InvalidOperationException(
                        $"{name}: backward must return one gradient for each of forward's {isTensor.Length} arguments, "
                        + $"but returned {computed.Count}");
                }
            }

            private Tensor Missing(int k) => Context.MaterializeGrads && outputs[k] is var (sizes, type, device)
                ? zeros(sizes, type, device) : null!;

            [UnmanagedCallersOnly]
            private static byte* Apply(IntPtr target, IntPtr* grads, int gradCount, IntPtr* results, int resultCount)
            {
                try
                {
                    ((FunctionNode)GCHandle.FromIntPtr(target).Target!).Backward(grads, gradCount, results, resultCount);
                    return null;
                }
                catch (Exception error)
                {
                    return Text(CallbackErrors.Keep(error));
                }
            }

            [UnmanagedCallersOnly]
            private static void Release(IntPtr target)
            {
                var handle = GCHandle.FromIntPtr(target);
                var node = (FunctionNode)handle.Target!;
                node.Context.Node = IntPtr.Zero;
                node.Context.SavedCount = 0;
                handle.Free();
            }

            // The native side frees it with free().
            private static byte* Text(string message)
            {
                byte[] bytes = System.Text.Encoding.UTF8.GetBytes(message);
                var text = (byte*)NativeMemory.AllocZeroed((nuint)bytes.Length + 1);
                bytes.CopyTo(new Span<byte>(text, bytes.Length));
                return text;
            }
        }
    }
}
