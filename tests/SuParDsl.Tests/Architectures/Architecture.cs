using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Architectures;

/// <summary>An architecture of the literature, and its comparison with plain TorchSharp.</summary>
/// <param name="Name">Its name in the table of docs/architectures.md.</param>
/// <param name="Source">The publication, as a link in Markdown.</param>
/// <param name="Uses">What it uses of the language.</param>
/// <param name="Classes">The model and its blocks, whose lines are counted.</param>
/// <param name="Run">Builds the model, and runs it and the hand-written forward on the same input.</param>
internal sealed record Architecture(string Name, string Source, string Uses, Type[] Classes, Func<Comparison> Run)
{
    public static IReadOnlyList<Architecture> All { get; } =
    [
        .. Decoders.All, .. Encoders.All, .. Convolutions.All, .. Mixers.All, .. Generators.All,
        .. Recommenders.All, .. Others.All,
    ];

    public override string ToString() => Name;
}

/// <summary>What a model gives, and what the hand-written forward gives on the same parameters.</summary>
internal sealed record Comparison(nn.Module Model, Tensor[] Actual, Tensor[] Expected);

/// <summary>The inputs, parameters and layers of the hand-written forwards.</summary>
internal static class ByHand
{
    /// <summary>A model with large weights: as the rule draws them, differences would hardly show in the output.</summary>
    public static TModel Drawn<TModel>(TModel model)
        where TModel : nn.Module
    {
        using var frozen = no_grad();
        var seed = 1;
        foreach (var (_, parameter) in model.named_parameters())
        {
            var fanIn = parameter.dim() < 2 ? 12 : parameter.numel() / parameter.shape[0];
            var noise = Reals(seed++, parameter.shape) * Math.Sqrt(3.0 / fanIn);
            parameter.copy_(parameter.dim() < 2 ? parameter + noise : noise);
        }

        return model;
    }

    /// <summary>Numbers in [−1, 1].</summary>
    public static Tensor Reals(int seed, params long[] shape) =>
        tensor(Values(seed, shape, static random => 2 * random.NextSingle() - 1), shape);

    /// <summary>Ids below a count.</summary>
    public static Tensor Ids(int seed, int count, params long[] shape) =>
        tensor(Values(seed, shape, random => (long)random.Next(count)), shape);

    /// <summary>A link to a paper.</summary>
    public static string ArXiv(string id) => $"[arXiv {id}](https://arxiv.org/abs/{id})";

    public static Tensor Map(Linear layer, Tensor x) => nn.functional.linear(x, layer.weight, layer.bias);

    public static Tensor Norm(LayerNorm norm, Tensor x) =>
        nn.functional.layer_norm(x, [x.shape[^1]], norm.weight, norm.bias);

    public static Tensor Norm(RmsNorm norm, Tensor x) =>
        x / (x.square().mean([-1], keepdim: true) + 1e-5).sqrt() * norm.weight;

    public static Tensor Norm(BatchNorm2d norm, Tensor x) =>
        nn.functional.batch_norm(x, null!, null!, norm.weight, norm.bias, training: true);

    public static Tensor Conv(Conv2d layer, Tensor x, long stride = 1, long padding = 0, long groups = 1) =>
        nn.functional.conv2d(x, layer.weight, layer.bias, [stride, stride], [padding, padding], [1, 1], groups);

    public static Tensor Up(ConvTranspose2d layer, Tensor x, long stride, long padding = 0) =>
        nn.functional.conv_transpose2d(x, layer.weight, layer.bias, [stride, stride], [padding, padding]);

    /// <summary>B T width → B heads T size.</summary>
    public static Tensor Heads(Tensor x, long size) => x.reshape(x.shape[0], x.shape[1], -1, size).transpose(1, 2);

    /// <summary>Attention by the formula, with a bias that is added to the logits; B T width.</summary>
    public static Tensor Attend(Tensor q, Tensor k, Tensor v, Tensor? bias = null)
    {
        var repeats = q.shape[1] / k.shape[1];
        (k, v) = (k.repeat_interleave(repeats, 1), v.repeat_interleave(repeats, 1));
        var logits = q.matmul(k.transpose(-1, -2)) / Math.Sqrt(q.shape[^1]);
        var mixed = (bias is null ? logits : logits + bias).softmax(-1).matmul(v).transpose(1, 2);
        return mixed.reshape(mixed.shape[0], mixed.shape[1], -1);
    }

    /// <summary>Zeros where position t may see position s, and −∞ elsewhere: T T.</summary>
    public static Tensor Causal(long positions, long? window = null)
    {
        var distance = arange(positions).unsqueeze(1) - arange(positions).unsqueeze(0);
        var hidden = (distance < 0).logical_or(distance >= (window ?? positions));
        return zeros(positions, positions).masked_fill(hidden, double.NegativeInfinity);
    }

    private static T[] Values<T>(int seed, long[] shape, Func<Random, T> next)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, (int)shape.Aggregate(1L, static (a, b) => a * b)).Select(_ => next(random))];
    }
}
