using SuParDsl.Sparsity;
using SuParDsl.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Engine;

/// <summary>
/// A model and its optimizer do what one expects where TorchSharp alone would not: see <c>docs/torchsharp.md</c>.
/// </summary>
public sealed class SurpriseGuardTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Causal_attention_with_fewer_queries_than_keys_is_that_of_the_last_positions(int queries)
    {
        manual_seed(5);
        var (q, k, v) = (randn(2, 4, 5, 3), randn(2, 2, 5, 3), randn(2, 2, 5, 3));
        var whole = Functional.Attention(q, k, v, causal: true, scale: 0.7);
        var last = Functional.Attention(q.narrow(-2, 5 - queries, queries), k, v, causal: true, scale: 0.7);
        Assert.True(last.allclose(whole.narrow(-2, 5 - queries, queries), rtol: 1e-5, atol: 1e-6));

        using var slopes = new Alibi(4);
        var biased = Functional.Attention(q, k, v, causal: true, scale: 0.7, slopes);
        var lastBiased = Functional.Attention(q.narrow(-2, 5 - queries, queries), k, v, causal: true, scale: 0.7, slopes);
        Assert.True(lastBiased.allclose(biased.narrow(-2, 5 - queries, queries), rtol: 1e-5, atol: 1e-6));
    }

    [Fact]
    public void Arithmetic_with_numbers_is_that_of_the_operators()
    {
        var (x, y) = (tensor([1f, -2f, 3f, 0.5f], [2, 2]), tensor([0.25f, 7f]));
        Same(x + y, Functional.Add(x, y));
        Same(x + (y * 0.5), Functional.Add(x, y, 0.5));
        Same(x * 0.1, Functional.Multiply(x, 0.1));
        Same(x / 3, Functional.Divide(x, 3));
        var counts = tensor([5L, 7L]);
        Same(counts + counts, Functional.Add(counts, counts));
        Same(counts * 2, Functional.Multiply(counts, 2));
        Same(counts / 2, Functional.Divide(counts, 2));
        var half = x.to_type(ScalarType.BFloat16);
        Same(half * 0.1, Functional.Multiply(half, 0.1));

        static void Same(Tensor expected, Tensor actual)
        {
            Assert.Equal(expected.dtype, actual.dtype);
            Assert.Equal(expected.shape, actual.shape);
            Assert.True(expected.eq(actual).all().ToBoolean());
        }
    }

    [Fact]
    public void Causal_attention_with_more_queries_than_keys_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(static () =>
            Functional.Attention(ones(1, 1, 5, 2), ones(1, 1, 3, 2), ones(1, 1, 3, 2), causal: true, scale: 1));
        Assert.Contains("5 queries for 3 keys", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_optimizer_reports_that_its_model_has_moved(bool fused)
    {
        using var model = new Mlp(Mlp.Base with { Width = 64 }, seed: 1);
        using var optimizer = model.AdamW(1e-3, fused: fused);
        model.to(float64);
        Action[] calls =
        [
            optimizer.step, optimizer.zero_grad, () => optimizer.ClipGradNorm(1), () => optimizer.step(1.0),
            () => optimizer.Lr = 1e-4,
        ];
        Assert.All(calls, call =>
        {
            var error = Assert.Throws<InvalidOperationException>(call);
            Assert.Contains("Fc1.weight of this Mlp was replaced", error.Message, StringComparison.Ordinal);
            Assert.Contains("make the optimizer afterwards", error.Message, StringComparison.Ordinal);
        });

        using var later = model.AdamW(1e-3, fused: fused);
        model.call(ones([1, 784], float64)).sum().backward();
        later.step();
    }

    [Fact]
    public void An_optimizer_reports_a_cast_model_even_if_masks_or_storage_have_changed_since()
    {
        using var model = new Mlp(Mlp.Base with { Width = 64 }, seed: 1);
        model.UseStorage(Storage.Compressed);
        using var optimizer = model.AdamW(1e-3);
        model.UseStorage(Storage.Masked);
        optimizer.zero_grad();
        model.to(bfloat16);
        model.UseStorage(Storage.Masked);
        Action[] calls =
        [
            optimizer.step, optimizer.zero_grad, () => optimizer.ClipGradNorm(1), () => optimizer.step(1.0),
            () => optimizer.Lr = 1e-4,
        ];
        Assert.All(calls, call => Assert.Equal(
            "Fc1.weight of this Mlp was replaced after the optimizer was made, as by model.to(…), "
            + "and is BFloat16 on cpu instead of Float32 on cpu: move the model first and make the optimizer afterwards",
            Assert.Throws<InvalidOperationException>(call).Message));
    }

    [Fact]
    public void An_optimizer_says_that_a_layer_of_another_library_was_cast()
    {
        using var model = new ContractModel(ContractModel.Base with { Width = 16 }, seed: 1);
        using var optimizer = model.AdamW(1e-3);
        model.to(float64);
        Assert.Contains(
            "was replaced after the optimizer was made", Assert.Throws<InvalidOperationException>(optimizer.step).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Dynamic_masks_report_that_their_model_was_cast()
    {
        using var model = new Mlp(Mlp.Base with { Width = 64, Density = 0.5 }, seed: 1);
        model.UseMethod(SparsityMethod.RigL);
        using var optimizer = model.AdamW(1e-3);
        using var masks = new DynamicMasks(model, optimizer, new MaskSchedule { Interval = 1, Stop = 5 });
        model.to(bfloat16);
        model.call(ones([1, 784], bfloat16)).sum().backward();
        Assert.Contains(
            "was replaced after the optimizer was made", Assert.Throws<InvalidOperationException>(() => masks.Step(1)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_tied_readout_is_one_parameter_also_after_a_move()
    {
        using var model = new Gpt(Gpt.Base, seed: 1);
        var names = model.named_parameters().Select(static p => p.name).ToArray();
        Assert.Equal(names, model.Tensors.Select(static tensor => tensor.Name));
        model.to(float64);
        Assert.Equal(names, model.named_parameters().Select(static p => p.name));
        Assert.All(model.parameters(), static p => Assert.Equal(float64, p.dtype));
        Assert.Equal(names.Length, model.parameters().DistinctBy(static p => p.Handle).Count());
    }

    [Fact]
    public void A_norms_gradients_in_bfloat16_sum_every_row()
    {
        using var model = new Normed(Normed.Base, seed: 1);
        model.to(bfloat16);
        model.call(ones([4096, 4], bfloat16)).sum().backward();
        var gradient = model.Norm.bias!.grad!;
        Assert.Equal(bfloat16, gradient.dtype);
        Assert.Equal(4096, gradient.to_type(float32).max().ToSingle());
        Assert.Equal(bfloat16, model.call(ones([1, 4], bfloat16)).dtype);
    }

    [Fact]
    public void Every_layer_of_a_model_is_registered_under_its_own_name()
    {
        using var model = new Mlp(Mlp.Base, seed: 1);
        Assert.Equal(
            [
                "mask.Fc3.weight", "Fc1.weight", "Fc1.bias", "Fc2.weight", "Fc2.bias", "Fc3.weight", "Fc3.bias", "Head.weight",
                "Head.bias",
            ],
            model.state_dict().Keys);
    }
}

/// <summary>A model with only a norm and a readout.</summary>
[Model]
public partial class Normed([MuWidth(4)] int width)
{
    public LayerNorm Norm { get; } = new(width);

    [Flow] Tensor Flow(Tensor x) => x | Norm;
}
