using TorchSharp.Modules;

namespace TorchSharp.Modules
{
    using static TorchSharp.torch.optim;

    /// <summary>Adaptive moments; weight decay is part of the gradient.</summary>
    public class Adam : OptimizerHelper, IBetas
    {
        public Adam(IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0, bool amsgrad = false, bool maximize = false)
            : this([new ParamGroup { Parameters = parameters }], lr, beta1, beta2, eps, weight_decay, amsgrad, maximize) { }

        public Adam(IEnumerable<ParamGroup> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0, bool amsgrad = false, bool maximize = false)
        {
            if (lr < 0.0) throw new ArgumentException($"Invalid learning rate: {lr}");
            if (beta1 is < 0 or >= 1.0) throw new ArgumentException($"Invalid beta1 value: {beta1}");
            if (beta2 is < 0 or >= 1.0) throw new ArgumentException($"Invalid beta2 value: {beta2}");
            if (eps < 0.0) throw new ArgumentException($"Invalid eps value: {eps}");
            if (weight_decay < 0.0) throw new ArgumentException($"Invalid weight_decay value: {weight_decay}");
            _defaults = new Options { LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay, amsgrad = amsgrad, maximize = maximize };
            foreach (var group in parameters) add_param_group(group);
        }

        public (double, double) Betas
        {
            get => (Defaults.beta1!.Value, Defaults.beta2!.Value);
            set => (Defaults.beta1, Defaults.beta2) = value;
        }

        private Options Defaults => (Options)_defaults;

        public override void add_param_group(Modules.ParamGroup param_group)
        {
            param_group.Options ??= new Options();
            ((Options)param_group.Options).Complete(Defaults);
            Enter(param_group, parameter => new State(parameter));
        }

        public override torch.Tensor? step(Func<torch.Tensor>? closure = null) => _step<ParamGroup>(group =>
        {
            foreach (var parameter in group.Parameters)
            {
                using var scope = torch.NewDisposeScope();
                if (parameter.grad is { } grad) ((State)_state[parameter.Handle]).Update(grad, group.Options);
            }
        }, closure);

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            if (!disposing) return;
            foreach (var (_, state) in _state) ((State)state).Dispose();
        }

        /// <summary>The two moments of a parameter's gradient.</summary>
        public sealed class State : OptimizerState, IDisposable
        {
            public long step;
            public torch.Tensor? exp_avg;
            public torch.Tensor? exp_avg_sq;
            public torch.Tensor? max_exp_avg_sq;

            public State(Parameter parameter) : base(parameter) { }

            public override void Initialize(OptimizerOptions options)
            {
                Dispose();
                step = 0;
                (exp_avg, exp_avg_sq) = (Zeros(_parameter), Zeros(_parameter));
                max_exp_avg_sq = ((Options)options).amsgrad == true ? Zeros(_parameter) : null;
            }

            public override void LoadStateDict(OptimizerState source)
            {
                var other = (State)source;
                Dispose();
                step = other.step;
                (exp_avg, exp_avg_sq, max_exp_avg_sq) = (Copy(other.exp_avg), Copy(other.exp_avg_sq), Copy(other.max_exp_avg_sq));
            }

            public override void SaveStateDict(BinaryWriter writer)
            {
                writer.Write(step);
                exp_avg!.Save(writer);
                exp_avg_sq!.Save(writer);
                SaveConditionalStateTensor(writer, max_exp_avg_sq);
            }

            public override void LoadStateDict(BinaryReader reader)
            {
                step = reader.ReadInt64();
                exp_avg!.Load(reader);
                exp_avg_sq!.Load(reader);
                LoadConditionalStateTensor(reader, ref max_exp_avg_sq, _parameter.device);
            }

            public override bool ApproximatelyEquals(OptimizerState other) => other is State state && step == state.step
                && exp_avg!.allclose(state.exp_avg!) && exp_avg_sq!.allclose(state.exp_avg_sq!)
                && (max_exp_avg_sq is null || (state.max_exp_avg_sq is not null && max_exp_avg_sq.allclose(state.max_exp_avg_sq)));

            public override void to(torch.Device device)
            {
                Move(ref exp_avg, device);
                Move(ref exp_avg_sq, device);
                Move(ref max_exp_avg_sq, device);
            }

            public void Dispose()
            {
                exp_avg?.Dispose();
                exp_avg_sq?.Dispose();
                max_exp_avg_sq?.Dispose();
            }

            internal void Update(torch.Tensor grad, Options options)
            {
                double beta1 = options.beta1!.Value, beta2 = options.beta2!.Value, lr = options.LearningRate!.Value;
                double decay = options.weight_decay!.Value;
                if (options.maximize == true) grad = -grad;
                step++;
                if (decay != 0) grad = grad.add(_parameter, alpha: decay);
                exp_avg!.mul_(beta1).add_(grad, alpha: 1 - beta1);
                exp_avg_sq!.mul_(beta2).addcmul_(grad, grad, value: 1 - beta2);
                if (max_exp_avg_sq is not null) Native.Aten.maximum_out.InPlace(max_exp_avg_sq, exp_avg_sq, max_exp_avg_sq);
                var denominator = (max_exp_avg_sq ?? exp_avg_sq).sqrt().div_(Math.Sqrt(1 - Math.Pow(beta2, step))).add_(options.eps!.Value);
                _parameter.addcdiv_(exp_avg, denominator, value: -lr / (1 - Math.Pow(beta1, step)));
            }
        }

        /// <summary>Adam's settings.</summary>
        public class Options : OptimizerOptions
        {
            public double? beta1;
            public double? beta2;
            public double? weight_decay;
            public double? eps;
            public bool? amsgrad;
            public bool? maximize;

            public override void LoadStateDict(OptimizerOptions source)
            {
                base.LoadStateDict(source);
                var other = (Options)source;
                (beta1, beta2, weight_decay, eps, amsgrad, maximize) = (other.beta1, other.beta2, other.weight_decay, other.eps, other.amsgrad, other.maximize);
            }

            public override void SaveStateDict(BinaryWriter writer)
            {
                base.SaveStateDict(writer);
                foreach (double? value in (double?[])[beta1, beta2, eps, weight_decay]) writer.Write(value!.Value);
                foreach (bool? value in (bool?[])[amsgrad, maximize]) writer.Write(value!.Value);
            }

            public override void LoadStateDict(BinaryReader reader)
            {
                base.LoadStateDict(reader);
                (beta1, beta2, eps, weight_decay) = (reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
                (amsgrad, maximize) = (reader.ReadBoolean(), reader.ReadBoolean());
            }

            internal void Complete(Options defaults)
            {
                LearningRate ??= defaults.LearningRate;
                beta1 ??= defaults.beta1;
                beta2 ??= defaults.beta2;
                weight_decay ??= defaults.weight_decay;
                eps ??= defaults.eps;
                amsgrad ??= defaults.amsgrad;
                maximize ??= defaults.maximize;
            }
        }

        /// <summary>Parameters that share Adam's settings.</summary>
        public class ParamGroup : ParamGroup<Options>, IBetas
        {
            public ParamGroup() { }

            public ParamGroup(IEnumerable<Parameter> parameters, Options options) : base(parameters, options) { }

            public ParamGroup(IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0, bool amsgrad = false, bool maximize = false)
                : base(parameters, new Options { LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay, amsgrad = amsgrad, maximize = maximize }) { }

            public (double, double) Betas
            {
                get => (Options.beta1!.Value, Options.beta2!.Value);
                set => (Options.beta1, Options.beta2) = value;
            }
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            public static Adam Adam(IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0, bool amsgrad = false, bool maximize = false) =>
                new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);

            public static Adam Adam(IEnumerable<(string name, Parameter parameter)> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0, bool amsgrad = false, bool maximize = false) =>
                new(parameters.Select(entry => entry.parameter).ToArray(), lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);

            public static Adam Adam(IEnumerable<Adam.ParamGroup> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0, bool amsgrad = false, bool maximize = false) =>
                new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);
        }
    }
}
