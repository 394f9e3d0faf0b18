using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl.Torch.Tests;

public class ModuleTests
{
    private sealed class Net : nn.Module<Tensor, Tensor>
    {
        private readonly Linear first = nn.Linear(4, 8);
        private readonly ModuleList<nn.Module<Tensor, Tensor>> rest = new(nn.ReLU(), nn.Linear(8, 2, hasBias: false));
        private readonly Parameter scale = nn.Parameter(ones(1));
        private readonly Tensor table = arange(3);

        public Net() : base(nameof(Net)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            var x = first.call(input);
            foreach (var module in rest) x = module.call(x);
            return x * scale;
        }
    }

    [Fact]
    public void NamesFollowTheFields()
    {
        using var net = new Net();
        Assert.Equal(["scale", "first.weight", "first.bias", "rest.1.weight"], net.named_parameters().Select(p => p.name));
        Assert.Equal(["table"], net.named_buffers().Select(b => b.name));
        Assert.Equal(["first", "rest", "rest.0", "rest.1"], net.named_modules().Select(m => m.name));
        Assert.Equal(["scale", "first.weight", "first.bias", "rest.1.weight", "table"], net.state_dict().Keys.OrderBy(k => k == "table" ? 1 : 0));
        Assert.NotNull(net.get_parameter("rest.1.weight"));
        Assert.Null(net.get_parameter("rest.7.weight"));
        Values.Shape(net.call(ones(5, 4)), 5, 2);
        Assert.True(net.training);
        net.eval();
        Assert.False(net.children().First().training);
    }

    [Fact]
    public void MovingReplacesParametersAndKeepsGradients()
    {
        using var net = new Net();
        net.call(ones(5, 4)).sum().backward();
        net.to(float64);
        Assert.All(net.parameters(), p => Assert.Equal(ScalarType.Float64, p.dtype));
        Assert.All(net.parameters(), p => Assert.NotNull(p.grad));
        Assert.Equal(ScalarType.Int64, net.get_buffer("table")!.dtype);
        Values.Shape(net.call(ones([5, 4], float64)), 5, 2);
        net.zero_grad();
        Assert.All(net.parameters(), p => Assert.Null(p.grad));
    }

    [Fact]
    public void WhatIsReplacedKeepsItsPlace()
    {
        using var norm = nn.BatchNorm2d(2);
        string[] before = [.. norm.state_dict().Keys];
        norm.to(float64);
        Assert.Equal(before, norm.state_dict().Keys);
        norm.weight = nn.Parameter(ones(2));
        Assert.Equal(before, norm.state_dict().Keys);
    }

    [Fact]
    public void StateTravels()
    {
        using var one = new Net();
        using var other = new Net();
        other.load_state_dict(one.state_dict());
        Assert.All(one.state_dict(), entry => Assert.True(entry.Value.Equals(other.state_dict()[entry.Key])));
        Assert.Throws<InvalidOperationException>(() => other.load_state_dict(new() { ["x"] = ones(1) }));
    }

    [Fact]
    public void LayersParametersOutliveScopes()
    {
        Linear layer;
        Net net;
        using (NewDisposeScope()) (layer, net) = (nn.Linear(2, 2), new Net());
        Assert.Equal(2, layer.parameters().Count());
        Assert.DoesNotContain("scale", net.named_parameters().Select(p => p.name));
        layer.Dispose();
        Assert.Empty(layer.parameters());
    }

    [Fact]
    public void StateSurvivesFiles()
    {
        using var one = new Net();
        using var other = new Net();
        using var stream = new MemoryStream();
        one.save(new BinaryWriter(stream));
        stream.Position = 0;
        other.load(new BinaryReader(stream));
        Assert.All(one.state_dict(), entry => Assert.True(entry.Value.Equals(other.state_dict()[entry.Key])));
        stream.Position = 0;
        using var stranger = nn.Linear(4, 8);
        Assert.Throws<ArgumentException>(() => stranger.load(new BinaryReader(stream)));
    }

    [Fact]
    public void BatchNormalizationTracksStatistics()
    {
        using var norm = nn.BatchNorm2d(2);
        Assert.Equal(["weight", "bias"], norm.named_parameters().Select(p => p.name));
        Assert.Equal(["running_mean", "running_var", "num_batches_tracked"], norm.named_buffers().Select(b => b.name));
        norm.call(full([1, 2, 2, 2], 3f));
        Values.Are(norm.running_mean!, 0.3, 0.3);
        Values.Are(norm.num_batches_tracked!, 1);
        norm.eval();
        norm.call(ones(1, 2, 2, 2));
        Values.Are(norm.num_batches_tracked!, 1);
    }

    [Fact]
    public void HooksSeeCalls()
    {
        var relu = nn.ReLU();
        var hook = relu.register_forward_hook((_, _, output) => output + 1);
        Values.Are(relu.call(tensor([-1f, 2f])), 1, 3);
        hook.remove();
        Values.Are(relu.call(tensor([-1f, 2f])), 0, 2);
    }

    [Fact]
    public void Layers()
    {
        Values.Shape(nn.Sequential(nn.Linear(4, 3), nn.GELU(), nn.LayerNorm(3)).call(ones(2, 4)), 2, 3);
        Values.Shape(nn.Embedding(10, 3).call(tensor([1L, 2L], [1, 2])), 1, 2, 3);
        var dropout = nn.Dropout(0.5);
        dropout.eval();
        Values.Are(dropout.call(ones(2)), 1, 1);
        Assert.Throws<ArgumentException>(() => nn.Sequential(("a.b", nn.ReLU())));
        var linear = nn.Linear(2, 2);
        nn.init.constant_(linear.weight, 0.5);
        nn.init.zeros_(linear.bias!);
        Values.Are(linear.call(tensor([1f, 3f])), 2, 2);
        Assert.Equal("Linear", linear.GetName());
    }

    [Fact]
    public void Losses()
    {
        var logits = tensor([1f, 2f, 3f], [1, 3]);
        Values.Are(nn.functional.cross_entropy(logits, tensor([2L])), 0.40760597);
        Values.Are(nn.CrossEntropyLoss(reduction: nn.Reduction.Sum).call(logits, tensor([0L])), 2.407606);
        Values.Are(nn.functional.mse_loss(tensor([1f, 2f]), tensor([3f, 2f])), 2);
    }

    [Fact]
    public void CausalAttentionIgnoresTheFuture()
    {
        manual_seed(1);
        Tensor q = randn(2, 3, 5, 4), k = randn(2, 3, 5, 4), v = randn(2, 3, 5, 4);
        var scores = q.matmul(k.mT) / Math.Sqrt(4) + full([5, 5], float.NegativeInfinity).triu(1);
        var expected = scores.softmax(-1).matmul(v);
        Assert.True(nn.functional.scaled_dot_product_attention(q, k, v, is_casual: true).allclose(expected, atol: 1e-6), "causal");
        var mask = ones([5, 5], @bool).tril();
        Assert.True(nn.functional.scaled_dot_product_attention(q, k, v, mask).allclose(expected, atol: 1e-6), "masked");
        var open = (q.matmul(k.mT) / Math.Sqrt(4)).softmax(-1).matmul(v);
        Assert.True(nn.functional.scaled_dot_product_attention(q, k, v).allclose(open, atol: 1e-6), "open");
    }

    // 1/√3 is no float32.
    [Fact]
    public void AttentionScalesInTheTensorsOwnPrecision()
    {
        manual_seed(1);
        Tensor q = randn([2, 5, 3], float64), k = randn([2, 5, 3], float64), v = randn([2, 5, 3], float64);
        var scores = q.matmul(k.mT) / Math.Sqrt(3);
        var open = scores.softmax(-1).matmul(v);
        Assert.True(nn.functional.scaled_dot_product_attention(q, k, v).allclose(open, rtol: 0, atol: 1e-14), "open");
        var causal = (scores + full([5, 5], float.NegativeInfinity).triu(1)).softmax(-1).matmul(v);
        Assert.True(nn.functional.scaled_dot_product_attention(q, k, v, is_casual: true).allclose(causal, rtol: 0, atol: 1e-14), "causal");
    }

    [Fact]
    public void ConvolutionsAndPooling()
    {
        var image = arange(16, float32).reshape(1, 1, 4, 4);
        Values.Are(nn.functional.avg_pool2d(image, 2), 2.5, 4.5, 10.5, 12.5);
        Values.Are(nn.functional.max_pool2d(image, 2), 5, 7, 13, 15);
        Values.Shape(nn.Sequential(nn.Conv2d(1, 3, 3, padding: 1), nn.MaxPool2d(2), nn.AdaptiveAvgPool2d(1), nn.Flatten()).call(image), 1, 3);
        Values.Are(nn.functional.conv2d(image, ones(1, 1, 4, 4)), 120);
        Values.Shape(nn.functional.interpolate(image, scale_factor: [2, 2]), 1, 1, 8, 8);
        Values.Are(nn.functional.pad(tensor([1f]), (1, 2)), 0, 1, 0, 0);
        Values.Are(nn.functional.one_hot(tensor([1L]), 3), 0, 1, 0);
    }
}
