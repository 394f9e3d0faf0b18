using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public unsafe partial class Tensor
    {
        public bool is_leaf => Read(Entries.st_is_leaf(Handle)) != 0;

        public bool requires_grad
        {
            get => Read(Entries.st_requires_grad(Handle)) != 0;
            set
            {
                Failure.ThrowIf(Entries.st_set_requires_grad(Handle, value ? 1 : 0));
                GC.KeepAlive(this);
            }
        }

        public Tensor? grad
        {
            get
            {
                IntPtr grad;
                Failure.ThrowIf(Entries.st_grad(Handle, &grad));
                GC.KeepAlive(this);
                return grad == IntPtr.Zero ? null : new Tensor(grad);
            }
            set
            {
                Failure.ThrowIf(Entries.st_set_grad(Handle, value?.Handle ?? IntPtr.Zero));
                GC.KeepAlive(value);
                GC.KeepAlive(this);
            }
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        public void retain_grad()
        {
            Failure.ThrowIf(Entries.st_retain_grad(Handle));
            GC.KeepAlive(this);
        }

        public void backward() => autograd.backward(this);

        public void backward(
            IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false, IList<Tensor>? inputs = null) =>
            autograd.backward(this, grad_tensors, retain_graph, create_graph, inputs);
    }
}
