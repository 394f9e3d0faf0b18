using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor T => Aten.numpy_T.Call(this);
        public Tensor mT => Aten.mT.Call(this);

        public Tensor alias()
        {
            var other = new Tensor(Entries.st_alias(Handle));
            GC.KeepAlive(this);
            return other;
        }

        public Tensor squeeze(long? dim = null) => dim is { } place ? Aten.squeeze_dim.Call(this, place) : Aten.squeeze.Call(this);

        public Tensor squeeze_(long? dim = null) => dim is { } place ? Aten.squeeze__dim.InPlace(this, place) : Aten.squeeze_.InPlace(this);

        public Tensor view_as(Tensor other) => view(other.shape);

        public Tensor expand(ReadOnlySpan<long> sizes, bool isImplicit = false) => expand(sizes.ToArray(), isImplicit);

        public Tensor permute(IEnumerable<long> permutation) => permute(permutation.ToArray());

        public Tensor[] split(ReadOnlySpan<long> sizes, long dim = 0) => Aten.split_with_sizes.List(this, sizes.ToArray(), dim);

        public Tensor roll(long shifts, long? dims = null) => Aten.roll.Call(this, (long[])[shifts], Listed(dims));

        public Tensor roll(long[] shifts) => Aten.roll.Call(this, shifts, (long[])[]);

        public Tensor roll(long[] shifts, long[] dims) => Aten.roll.Call(this, shifts, dims);

        public Tensor roll((long, long) shifts, (long, long) dims) =>
            roll([shifts.Item1, shifts.Item2], [dims.Item1, dims.Item2]);

        private static long[] Listed(long? dim) => dim is { } place ? [place] : [];
    }

}
