using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor scaled_dot_product_attention(
                Tensor query, Tensor key, Tensor value, Tensor? attn_mask = null, double p = 0.0, bool is_casual = false)
            {
                if (p < 0) throw new ArgumentException("Dropout probability must be greater than or equal to zero.");
                if (is_casual && attn_mask is not null) throw new ArgumentException("Casual attention masking cannot pass a mask.");
                return Aten.scaled_dot_product_attention.Exists
                    ? Aten.scaled_dot_product_attention.Call(query, key, value, attn_mask, p, is_casual)
                    : ComposedAttention(query, key, value, is_casual ? CausalMask(query, key) : Additive(attn_mask, query), p);
            }

            /// <summary>softmax(q·kᵀ/√d + mask)·v, with the scale and the mask inside the first product.</summary>
            private static Tensor ComposedAttention(Tensor query, Tensor key, Tensor value, Tensor? mask, double p)
            {
                long[] heads = query.shape[..^2];
                long length = query.size(-2), width = query.size(-1), keys = key.size(-2);
                double scale = 1 / Math.Sqrt(width);
                Tensor q = query.reshape(-1, length, width), k = key.reshape(-1, keys, width), v = value.reshape(-1, keys, value.size(-1));
                // Not baddbmm with beta 0: libtorch 1.13 multiplies uninitialized memory by it, which may hold a NaN.
                // The façade's baddbmm has TorchSharp's float32 factors, which would be all that float64 gets.
                var scores = mask is null
                    ? (q * scale).bmm(k.mT)
                    : Aten.baddbmm.Call(mask.ndim <= 2 ? mask : mask.expand([.. heads, length, keys]).reshape(-1, length, keys), q, k.mT, 1.0, scale);
                var weights = scores.softmax(-1);
                if (p > 0) weights = dropout(weights, p);
                return weights.bmm(v).reshape([.. heads, length, value.size(-1)]);
            }

            private static Tensor CausalMask(Tensor query, Tensor key) =>
                full([query.size(-2), key.size(-2)], float.NegativeInfinity, query.dtype, query.device).triu(1);

            private static Tensor? Additive(Tensor? mask, Tensor query) => mask is not { dtype: ScalarType.Bool }
                ? mask : zeros_like(mask, query.dtype).masked_fill_(mask.logical_not(), float.NegativeInfinity);
        }
    }
}
