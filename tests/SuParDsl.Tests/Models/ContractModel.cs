using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Models;

/// <summary>A user's layer type that uses only TorchSharp: y = W·x + b.</summary>
[Contract("... in -> ... out", Weight = "out in", FanIn = "in", Bias = "out")]
public sealed class OwnLinear : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter? bias;

    public OwnLinear(int @in, int @out, bool bias = true) : base(nameof(OwnLinear))
    {
        weight = new Parameter(ones(@out, @in));
        register_parameter("weight", weight);
        if (bias)
        {
            this.bias = new Parameter(ones(@out));
            register_parameter("bias", this.bias);
        }
    }

    public Parameter W => weight;

    public override Tensor forward(Tensor input) => nn.functional.linear(input, weight, bias);

    protected override void RegisterComponents()
    {
    }
}

/// <summary>A layer type that derives from the library's base class, and keeps the vector that it starts with.</summary>
[Contract("... width -> ... width", Weight = "width")]
public sealed class Gate : Layer
{
    private readonly Parameter weight;

    public Gate(int width)
    {
        weight = new Parameter(full([width], 0.5));
        register_parameter("weight", weight);
    }

    public override Tensor forward(Tensor input) => input * weight * ResidualScale;
}

/// <summary>A layer type without tensors, whose contract names axes that it keeps and one that it drops.</summary>
[Contract("B _ C -> B C")]
public sealed class LastToken() : nn.Module<Tensor, Tensor>(nameof(LastToken))
{
    public override Tensor forward(Tensor input) => input.select(1, -1);

    protected override void RegisterComponents()
    {
    }
}

/// <summary>A contract that the class violates: it has an additional parameter.</summary>
[Contract("... width -> ... width", Weight = "width")]
public sealed class Forgetful : nn.Module<Tensor, Tensor>
{
    public Forgetful(int width) : base(nameof(Forgetful))
    {
        register_parameter("weight", new Parameter(ones(width)));
        register_parameter("shift", new Parameter(ones(width)));
    }

    public override Tensor forward(Tensor input) => input;

    protected override void RegisterComponents()
    {
    }
}

[Model]
public partial class ContractModel([MuWidth(16)] int width, int input = 5, [Density] double density = 1.0, double gain = 0.5)
{
    public OwnLinear In   { get; } = new(input, width);
    [Sparse(nameof(density)), Init(Gain = nameof(gain)), LrScale(0.5, Because = "a test")]
    public OwnLinear Mid  { get; } = new(width, 2 * width, bias: false);
    public Gate       Gate { get; } = new(2 * width);
    public LastToken  Last { get; } = new();
    public OwnLinear Head { get; } = new(2 * width, 3);

    [Flow] Tensor Flow([Shape("B", "T", nameof(input))] Tensor x) => x | In | Relu | Mid | Gate | Last | Head;
}

[Model]
public partial class ForgetfulModel([MuWidth(16)] int width)
{
    public Forgetful Lost { get; } = new(width);

    [Flow] Tensor Flow(Tensor x) => x | Lost;
}
