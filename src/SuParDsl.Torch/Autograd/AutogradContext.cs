using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>What a custom function's forward leaves for its backward.</summary>
        public class AutogradContext : IDisposable
        {
            private readonly Dictionary<string, object?> data = [];

            internal AutogradContext() { }

            internal List<Tensor> ToSave { get; private set; } = [];

            internal List<Tensor> Dirty { get; private set; } = [];

            internal List<Tensor> NonDifferentiable { get; private set; } = [];

            /// <summary>The native node, while it lives and holds the saved tensors.</summary>
            internal IntPtr Node { get; set; }

            internal int SavedCount { get; set; }

            public bool MaterializeGrads { get; private set; } = true;

            public void save_for_backward(List<Tensor> tensors) => ToSave = tensors;

            public void save_data(string key, object? value) => data[key] = value;

            public object? get_data(string key) => data.GetValueOrDefault(key);

            public void mark_dirty(List<Tensor> tensors) => Dirty = [.. tensors];

            public void mark_non_differentiable(List<Tensor> tensors) => NonDifferentiable = [.. tensors];

            public void set_materialize_grads(bool value) => MaterializeGrads = value;

            /// <summary>The saved tensors; fails if one was changed in place since, or if the graph is already freed.</summary>
            public unsafe List<Tensor> get_saved_variables()
            {
                var tensors = new List<Tensor>(SavedCount);
                for (int k = 0; k < SavedCount; k++)
                {
                    IntPtr tensor;
                    Failure.ThrowIf(Entries.st_node_saved(Node, k, &tensor));
                    tensors.Add(tensor == IntPtr.Zero ? null! : new Tensor(tensor));
                }
                return tensors;
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing) => data.Clear();

            /// <summary>Once the native node holds the tensors, the lists would only keep them alive.</summary>
            internal void ForgetTensors() => (ToSave, Dirty, NonDifferentiable) = ([], [], []);
        }
    }
}
