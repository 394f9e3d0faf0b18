using System.Runtime.CompilerServices;
using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        [IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params long[] indices]
        {
            get => index(Singles(indices));
            set => index_put_(value, Singles(indices));
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => select(0, i1);
            set => index_put_(value, Singles([i1]));
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => index(Singles([i1, i2]));
            set => index_put_(value, Singles([i1, i2]));
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3]
        {
            get => index(Singles([i1, i2, i3]));
            set => index_put_(value, Singles([i1, i2, i3]));
        }

        public Tensor index(params TensorIndex[] indices)
        {
            var (view, tensors) = Walk(indices);
            if (tensors is null) return ReferenceEquals(view, this) ? alias() : view;
            return Aten.index_Tensor.Call(view, Argument.Optional(tensors));
        }

        public Tensor index(params Tensor[] indices) => Aten.index_Tensor.Call(this, Argument.Optional(indices));

        public Tensor index_put_(Tensor value, params TensorIndex[] indices) => Put(value, indices, false);

        public Tensor index_put_(Tensor value, TensorIndex[] indices, bool accumulate = false) => Put(value, indices, accumulate);

        public Tensor index_put_(Tensor value, params Tensor[] indices) => index_put_(value, indices, false);

        public Tensor index_put_(Tensor value, Tensor[] indices, bool accumulate = false) =>
            Aten.index_put_.InPlace(this, Argument.Optional(indices), value, accumulate);

        public Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            using var number = Filled(value);
            return Put(number, indices, false);
        }

        public Tensor index_put_(Scalar value, params Tensor[] indices)
        {
            using var number = Filled(value);
            return index_put_(number, indices, false);
        }

        private static TensorIndex[] Singles(long[] indices) => Array.ConvertAll(indices, index => TensorIndex.Single(index));

        private Tensor Filled(Scalar value) => full([], value, dtype, device);

        private Tensor Put(Tensor value, TensorIndex[] indices, bool accumulate)
        {
            var (view, tensors) = Walk(indices);
            if (tensors is not null) Aten.index_put_.InPlace(view, Argument.Optional(tensors), value, accumulate);
            else if (accumulate) view.add_(value);
            else view.copy_(value);
            return this;
        }

        /// <summary>Applies the plain indices as views; tensor indices are collected for one gathering call.</summary>
        private (Tensor view, Tensor?[]? tensors) Walk(TensorIndex[] indices)
        {
            Tensor view = this;
            List<Tensor?>? tensors = null;
            int place = 0;
            long taken = indices.Sum(Width);
            foreach (var item in indices)
            {
                switch (item.kind)
                {
                    case TensorIndex.Kind.Single:
                        view = view.select(place, item.first ?? 0);
                        break;
                    case TensorIndex.Kind.Slice:
                        if (item.first is not null || item.last is not null || item.step is not null)
                            view = Aten.slice_Tensor.Call(view, (long)place, item.first, item.last, item.step ?? 1);
                        place++;
                        break;
                    case TensorIndex.Kind.None or TensorIndex.Kind.Null:
                        view = view.unsqueeze(place++);
                        break;
                    case TensorIndex.Kind.Ellipsis:
                        place += (int)(Dimensions - taken);
                        break;
                    case TensorIndex.Kind.Bool:
                        view = view.unsqueeze(place);
                        Place(ref tensors, place++, tensor(item.first != 0 ? [0L] : Array.Empty<long>(), dtype: int64));
                        break;
                    default:
                        Place(ref tensors, place, item.tensor!);
                        place += item.tensor!.dtype == ScalarType.Bool ? (int)item.tensor.dim() : 1;
                        break;
                }
            }
            return (view, tensors?.ToArray());
        }

        // How many of the tensor's own dimensions an index uses up.
        private static long Width(TensorIndex index) => index.kind switch
        {
            TensorIndex.Kind.Single or TensorIndex.Kind.Slice => 1,
            TensorIndex.Kind.Tensor => index.tensor!.dtype == ScalarType.Bool ? index.tensor.dim() : 1,
            _ => 0,
        };

        // A mask fills one slot and takes several dimensions; the slots after it stay in step because libtorch expands it.
        private static void Place(ref List<Tensor?>? tensors, int place, Tensor index)
        {
            tensors ??= [];
            int masked = tensors.Sum(t => t is { dtype: ScalarType.Bool } ? (int)t.dim() - 1 : 0);
            while (tensors.Count < place - masked) tensors.Add(null);
            tensors.Add(index);
        }
    }
}
