using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp.Modules
{
    using static TorchSharp.torch;

    /// <summary>x·Wᵀ + b.</summary>
    public sealed class Linear : nn.Module<Tensor, Tensor>
    {
        private static readonly double Sqrt5 = Math.Sqrt(5);

        [ComponentName(Name = nameof(bias))] private Parameter? _bias;
        [ComponentName(Name = nameof(weight))] private Parameter? _weight;

        internal Linear(Parameter weight, Parameter? bias) : base(nameof(Linear))
        {
            (in_features, out_features) = (weight.size(1), weight.size(0));
            (this.weight, this.bias) = (weight, bias);
        }

        internal Linear(long inputSize, long outputSize, bool hasBias, Device? device, ScalarType? dtype) : base(nameof(Linear))
        {
            (in_features, out_features) = (inputSize, outputSize);
            weight = empty(outputSize, inputSize, dtype, device).AsParameter();
            nn.init.kaiming_uniform_(weight, Sqrt5);
            if (!hasBias) return;
            bias = empty(outputSize, dtype, device).AsParameter();
            double bound = inputSize > 0 ? 1 / Math.Sqrt(inputSize) : 0;
            nn.init.uniform_(bias, -bound, bound);
        }

        public long in_features { get; set; }

        public long out_features { get; set; }

        public Parameter? bias
        {
            get => _bias;
            set => Replace(ref _bias, nameof(bias), value);
        }

        public Parameter weight
        {
            get => _weight!;
            set => Replace(ref _weight, nameof(weight), value);
        }

        public override Tensor forward(Tensor tensor) => nn.functional.linear(tensor, weight, bias);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Linear Linear(long inputSize, long outputSize, bool hasBias = true, Device? device = null, ScalarType? dtype = null) =>
                new(inputSize, outputSize, hasBias, device, dtype);

            public static Linear Linear(Parameter weight, Parameter? bias = null) => new(weight, bias);
        }
    }
}
