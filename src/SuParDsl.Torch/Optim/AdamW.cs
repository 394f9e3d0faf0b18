using TorchSharp.Modules;

namespace TorchSharp.Modules
{
    /// <summary>Adam with decoupled weight decay.</summary>
    public class AdamW : AdamBase
    {
        public AdamW(
            IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0,
            bool amsgrad = false, bool maximize = false)
            : this([new ParamGroup { Parameters = parameters }], lr, beta1, beta2, eps, weight_decay, amsgrad, maximize) { }

        public AdamW(
            IEnumerable<ParamGroup> parameters,
            double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0,
            bool amsgrad = false, bool maximize = false)
            : base(Settings<Options>(lr, beta1, beta2, eps, weight_decay, amsgrad, maximize), parameters) { }

        private protected override AdamBase.Options NewOptions() => new Options();

        private protected override AdamBase.State NewState(Parameter parameter) => new State(parameter);

        /// <summary>The two moments of a parameter's gradient.</summary>
        public new sealed class State : AdamBase.State
        {
            public State(Parameter parameter) : base(parameter) { }

            private protected override torch.Tensor Decay(torch.Tensor grad, double lr, double decay)
            {
                _parameter.mul_(1 - lr * decay);
                return grad;
            }
        }

        /// <summary>AdamW's settings.</summary>
        public new class Options : AdamBase.Options;

        /// <summary>Parameters that share AdamW's settings.</summary>
        public class ParamGroup : ParamGroup<Options>
        {
            public ParamGroup() { }

            public ParamGroup(IEnumerable<Parameter> parameters, Options options) : base(parameters, options) { }

            public ParamGroup(
                IEnumerable<Parameter> parameters,
                double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0,
                bool amsgrad = false, bool maximize = false)
                : base(parameters, Settings<Options>(lr, beta1, beta2, eps, weight_decay, amsgrad, maximize)) { }
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            public static AdamW AdamW(
                IEnumerable<Parameter> parameters,
                double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0,
                bool amsgrad = false, bool maximize = false) =>
                new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);

            public static AdamW AdamW(
                IEnumerable<(string name, Parameter parameter)> parameters,
                double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0,
                bool amsgrad = false, bool maximize = false) =>
                new(parameters.Select(entry => entry.parameter).ToArray(), lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);

            public static AdamW AdamW(
                IEnumerable<AdamW.ParamGroup> parameters,
                double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0,
                bool amsgrad = false, bool maximize = false) =>
                new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);
        }
    }
}
