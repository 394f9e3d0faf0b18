using TorchSharp.Modules;
using TorchSharp.Native;
using TorchSharp.Utils;

namespace TorchSharp.Modules
{
    using static TorchSharp.torch;

    /// <summary>Rows of a table, by number.</summary>
    public sealed class Embedding : nn.Module<Tensor, Tensor>
    {
        private readonly long paddingIndex;
        private readonly bool scaleByFrequency, sparse;

        [ComponentName(Name = nameof(weight))] private Parameter? _weight;

        internal Embedding(Parameter weight, long? padding_idx, double? max_norm, bool scale_grad_by_freq, bool sparse) : base(nameof(Embedding))
        {
            if (max_norm is not null) throw new NotSupportedException("max_norm is not supported.");
            this.weight = weight;
            paddingIndex = padding_idx is < 0 ? padding_idx.Value + weight.size(0) : padding_idx ?? -1;
            (scaleByFrequency, this.sparse) = (scale_grad_by_freq, sparse);
        }

        public Parameter weight
        {
            get => _weight!;
            set => Replace(ref _weight, nameof(weight), value);
        }

        public override Tensor forward(Tensor input) => Aten.embedding.Call(weight, input, paddingIndex, scaleByFrequency, sparse);

        internal Embedding Drawn()
        {
            nn.init.normal_(weight);
            if (paddingIndex < 0) return this;
            using var mode = no_grad();
            using var row = weight.select(0, paddingIndex);
            row.zero_();
            return this;
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Embedding Embedding(
                long num_embeddings, long embedding_dims, long? padding_idx = null, double? max_norm = null, double norm_type = 2.0,
                bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null) =>
                new Embedding(empty(num_embeddings, embedding_dims, dtype, device).AsParameter(), padding_idx, max_norm, scale_grad_by_freq,
                    sparse).Drawn();

            public static Embedding Embedding_from_pretrained(
                Tensor embeddings, bool freeze = true, long? padding_idx = null, double? max_norm = null, double norm_type = 2.0,
                bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null)
            {
                using var mode = no_grad();
                var weight = embeddings.to(dtype ?? embeddings.dtype, device ?? embeddings.device, copy: true);
                return new(new Parameter(weight, !freeze), padding_idx, max_norm, scale_grad_by_freq, sparse);
            }
        }
    }
}
