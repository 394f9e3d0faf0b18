using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>What <see cref="Adam"/> and <see cref="AdamW"/> share: all but where the weight decay goes.</summary>
public abstract class AdamBase : OptimizerHelper, IBetas
{
    internal AdamBase(Options defaults, IEnumerable<Modules.ParamGroup> groups)
    {
        if (defaults.LearningRate < 0.0) throw new ArgumentException($"Invalid learning rate: {defaults.LearningRate}");
        if (defaults.beta1 is < 0 or >= 1.0) throw new ArgumentException($"Invalid beta1 value: {defaults.beta1}");
        if (defaults.beta2 is < 0 or >= 1.0) throw new ArgumentException($"Invalid beta2 value: {defaults.beta2}");
        if (defaults.eps < 0.0) throw new ArgumentException($"Invalid eps value: {defaults.eps}");
        if (defaults.weight_decay < 0.0) throw new ArgumentException($"Invalid weight_decay value: {defaults.weight_decay}");
        _defaults = defaults;
        foreach (var group in groups) add_param_group(group);
    }

    public (double, double) Betas
    {
        get => Defaults.Betas;
        set => Defaults.Betas = value;
    }

    private Options Defaults => (Options)_defaults;

    public override void add_param_group(Modules.ParamGroup param_group)
    {
        param_group.Options ??= NewOptions();
        ((Options)param_group.Options).Complete(Defaults);
        Enter(param_group, NewState);
    }

    public override torch.Tensor? step(Func<torch.Tensor>? closure = null) => _step<Modules.ParamGroup>(group =>
    {
        foreach (var parameter in group.Parameters)
        {
            using var scope = torch.NewDisposeScope();
            if (parameter.grad is { } grad) ((State)_state[parameter.Handle]).Update(grad, (Options)group.Options);
        }
    }, closure);

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing) return;
        foreach (var (_, state) in _state) ((State)state).Dispose();
    }

    private protected static TOptions Settings<TOptions>(
        double lr, double beta1, double beta2, double eps, double weight_decay, bool amsgrad, bool maximize) where TOptions : Options, new() => new()
    {
        LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay, amsgrad = amsgrad, maximize = maximize,
    };

    private protected abstract Options NewOptions();

    private protected abstract State NewState(Parameter parameter);

    /// <summary>The two moments of a parameter's gradient.</summary>
    public abstract class State : OptimizerState, IDisposable
    {
        public long step;
        public torch.Tensor? exp_avg;
        public torch.Tensor? exp_avg_sq;
        public torch.Tensor? max_exp_avg_sq;

        internal State(Parameter parameter) : base(parameter) { }

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

        public override bool ApproximatelyEquals(OptimizerState other) => other is State state && state.GetType() == GetType() && step == state.step
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
            if (options.maximize == true) grad = -grad;
            step++;
            grad = Decay(grad, lr, options.weight_decay!.Value);
            exp_avg!.mul_(beta1).add_(grad, alpha: 1 - beta1);
            exp_avg_sq!.mul_(beta2).addcmul_(grad, grad, value: 1 - beta2);
            if (max_exp_avg_sq is not null) Native.Aten.maximum_out.InPlace(max_exp_avg_sq, exp_avg_sq, max_exp_avg_sq);
            var denominator = (max_exp_avg_sq ?? exp_avg_sq).sqrt().div_(Math.Sqrt(1 - Math.Pow(beta2, step))).add_(options.eps!.Value);
            _parameter.addcdiv_(exp_avg, denominator, value: -lr / (1 - Math.Pow(beta1, step)));
        }

        /// <summary>Lets the weights decay, at once or through the gradient that it gives back.</summary>
        private protected abstract torch.Tensor Decay(torch.Tensor grad, double lr, double decay);
    }

    /// <summary>The settings.</summary>
    public abstract class Options : OptimizerOptions
    {
        public double? beta1;
        public double? beta2;
        public double? weight_decay;
        public double? eps;
        public bool? amsgrad;
        public bool? maximize;

        internal Options() { }

        internal (double, double) Betas
        {
            get => (beta1!.Value, beta2!.Value);
            set => (beta1, beta2) = value;
        }

        public override void LoadStateDict(OptimizerOptions source)
        {
            base.LoadStateDict(source);
            var other = (Options)source;
            (beta1, beta2, weight_decay, eps) = (other.beta1, other.beta2, other.weight_decay, other.eps);
            (amsgrad, maximize) = (other.amsgrad, other.maximize);
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

    /// <summary>Parameters that share settings.</summary>
    public abstract class ParamGroup<TOptions> : Modules.ParamGroup<TOptions>, IBetas where TOptions : Options
    {
        internal ParamGroup() { }

        internal ParamGroup(IEnumerable<Parameter> parameters, TOptions options) : base(parameters, options) { }

        public (double, double) Betas
        {
            get => Options.Betas;
            set => Options.Betas = value;
        }
    }
}
