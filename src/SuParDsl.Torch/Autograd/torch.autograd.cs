using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Derivatives.</summary>
    public static unsafe partial class autograd
    {
        public static void backward(
            Tensor tensor, Tensor grad_tensor, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null) =>
            backward([tensor], [grad_tensor], retain_graph, create_graph, inputs);

        public static void backward(
            Tensor tensor, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null) =>
            backward([tensor], grad_tensors, retain_graph, create_graph, inputs);

        /// <summary>Accumulates derivatives of <paramref name="tensors"/> into the leaves' <c>grad</c>.</summary>
        public static void backward(
            IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false,
            IList<Tensor>? inputs = null)
        {
            IntPtr[] roots = Handles(tensors), grads = Handles(grad_tensors), leaves = Handles(inputs);
            int status;
            fixed (IntPtr* root = roots, grad = grads, leaf = leaves)
                status = Entries.st_backward(root, roots.Length, grad, grads.Length, Flag(retain_graph ?? create_graph), Flag(create_graph), leaf,
                    leaves.Length);
            GC.KeepAlive(tensors);
            GC.KeepAlive(grad_tensors);
            GC.KeepAlive(inputs);
            if (status < 0) throw CallbackErrors.Rethrow(Failure.Last());
        }

        /// <summary>The derivatives of <paramref name="outputs"/> by <paramref name="inputs"/>; null where unused.</summary>
        public static IList<Tensor> grad(
            IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null, bool retain_graph = false, bool create_graph = false,
            bool allow_unused = false)
        {
            IntPtr[] roots = Handles(outputs), leaves = Handles(inputs), grads = Handles(grad_outputs);
            var results = new IntPtr[inputs.Count];
            int status;
            fixed (IntPtr* root = roots, leaf = leaves, grad = grads, result = results)
                status = Entries.st_autograd_grad(root, roots.Length, leaf, leaves.Length, grad, grads.Length, Flag(retain_graph), Flag(create_graph),
                    Flag(allow_unused), result);
            GC.KeepAlive(outputs);
            GC.KeepAlive(inputs);
            GC.KeepAlive(grad_outputs);
            if (status < 0) throw CallbackErrors.Rethrow(Failure.Last());
            return results.Select(handle => handle == IntPtr.Zero ? null! : new Tensor(handle)).ToList();
        }

        internal static IntPtr[] Handles(IEnumerable<Tensor?>? tensors) =>
            tensors?.Select(tensor => tensor is null || tensor.IsUndefined ? IntPtr.Zero : tensor.Handle).ToArray() ?? [];

        private static int Flag(bool value) => value ? 1 : 0;
    }
}
