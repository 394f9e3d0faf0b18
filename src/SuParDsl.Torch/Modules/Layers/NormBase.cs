using TorchSharp.Utils;

namespace TorchSharp.Modules;

/// <summary>What the normalizations over batches share.</summary>
public abstract class NormBase : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    [ComponentName(Name = nameof(bias))] private Parameter? _bias;
    [ComponentName(Name = nameof(weight))] private Parameter? _weight;
    [ComponentName(Name = nameof(running_mean))] private torch.Tensor? _running_mean;
    [ComponentName(Name = nameof(running_var))] private torch.Tensor? _running_var;
    [ComponentName(Name = nameof(num_batches_tracked))] private torch.Tensor? _num_batches_tracked;

    public NormBase(
        long num_features, double eps, double? momentum, bool affine, bool track_running_stats, torch.Device? device, torch.ScalarType? dtype,
        string name)
        : base(name)
    {
        (this.num_features, this.eps, this.momentum, this.affine, this.track_running_stats) =
            (num_features, eps, momentum, affine, track_running_stats);
        if (affine)
        {
            weight = torch.ones(num_features, dtype, device).AsParameter();
            bias = torch.zeros(num_features, dtype, device).AsParameter();
        }
        if (!track_running_stats) return;
        running_mean = torch.zeros(num_features, dtype, device);
        running_var = torch.ones(num_features, dtype, device);
        num_batches_tracked = torch.tensor(0L, device: device);
    }

    public long num_features { get; }
    public double eps { get; set; }
    public double? momentum { get; set; }
    public bool affine { get; }
    public bool track_running_stats { get; }

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

    public torch.Tensor? running_mean
    {
        get => _running_mean;
        set => ReplaceBuffer(ref _running_mean, nameof(running_mean), value);
    }

    public torch.Tensor? running_var
    {
        get => _running_var;
        set => ReplaceBuffer(ref _running_var, nameof(running_var), value);
    }

    public torch.Tensor? num_batches_tracked
    {
        get => _num_batches_tracked;
        set => ReplaceBuffer(ref _num_batches_tracked, nameof(num_batches_tracked), value);
    }

    public void reset_parameters()
    {
        reset_running_stats();
        if (_weight is not null) torch.nn.init.ones_(_weight);
        if (_bias is not null) torch.nn.init.zeros_(_bias);
    }

    public void reset_running_stats()
    {
        if (_running_mean is not null) torch.nn.init.zeros_(_running_mean);
        if (_running_var is not null) torch.nn.init.ones_(_running_var);
        if (_num_batches_tracked is not null) torch.nn.init.zeros_(_num_batches_tracked);
    }

    protected abstract void ValidateInputDimensions(torch.Tensor input);

    private void ReplaceBuffer(ref torch.Tensor? field, string name, torch.Tensor? value)
    {
        if (ReferenceEquals(field, value)) return;
        field?.Dispose();
        field = value?.DetachFromDisposeScope();
        ConditionallyRegisterBuffer(name, value);
    }
}
