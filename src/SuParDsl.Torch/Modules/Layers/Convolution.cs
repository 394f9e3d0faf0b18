using TorchSharp.Utils;

namespace TorchSharp.Modules;

/// <summary>What the convolutions share: kernels, bias and how they slide.</summary>
public abstract class Convolution : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    [ComponentName(Name = nameof(bias))] protected Parameter? _bias;
    [ComponentName(Name = nameof(weight))] protected Parameter? _weight;

    internal Convolution(
        string name, long in_channels, long out_channels, long[] kernel_size, long groups, bool transposed, bool bias, torch.Device? device,
        torch.ScalarType? dtype)
        : base(name)
    {
        if (in_channels % groups != 0) throw new ArgumentException("in_channels must be divisible by groups");
        if (out_channels % groups != 0) throw new ArgumentException("out_channels must be divisible by groups");
        (this.in_channels, this.out_channels, this.kernel_size, this.groups, this.transposed) =
            (in_channels, out_channels, kernel_size, groups, transposed);
        long[] sizes = transposed ? [in_channels, out_channels / groups, .. kernel_size] : [out_channels, in_channels / groups, .. kernel_size];
        weight = torch.empty(sizes, dtype, device).AsParameter();
        if (bias) this.bias = torch.empty(out_channels, dtype, device).AsParameter();
        reset_parameters();
    }

    public long in_channels { get; }
    public long out_channels { get; }
    public bool transposed { get; }
    public long[] kernel_size { get; set; }
    public long[] stride { get; set; } = [1, 1];
    public long[] padding { get; internal set; } = [0, 0];
    public long[] dilation { get; set; } = [1, 1];
    public long[] output_padding { get; set; } = [0, 0];
    public long groups { get; set; }

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

    public void reset_parameters()
    {
        torch.nn.init.kaiming_uniform_(weight, Math.Sqrt(5));
        if (_bias is null) return;
        var (fanIn, _) = torch.nn.init.CalculateFanInAndFanOut(weight);
        double bound = fanIn > 0 ? 1 / Math.Sqrt(fanIn) : 0;
        torch.nn.init.uniform_(_bias, -bound, bound);
    }
}
