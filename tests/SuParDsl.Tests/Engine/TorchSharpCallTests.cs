#pragma warning disable SUP506 // The calls that it warns of are what is tested.

using TorchSharp;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Engine;

/// <summary>
/// Single calls of TorchSharp 0.107.0 that do something other than one would expect: see <c>docs/torchsharp.md</c>. If a
/// test fails with a newer TorchSharp, a row there, a guard or a case of SUP506 has become unnecessary.
/// </summary>
public sealed class TorchSharpCallTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void A_literal_0_is_an_element_type()
    {
        var x = full([2, 308], 1f);
        foreach (var reduced in new[] { x.sum(0), torch.sum(x, 0) })
        {
            Assert.Equal((ScalarType.Byte, 0L, (byte)(616 % 256)), (reduced.dtype, reduced.dim(), reduced.ToByte()));
        }

        Assert.Equal(ScalarType.Byte, x.prod(0).dtype);
        Assert.Equal(ScalarType.Byte, torch.tensor(5, 0).dtype);
        Assert.Equal([308L], x.sum(0L).shape);
        Assert.Equal([308L], x.sum(dim: 0).shape);
        Assert.Equal([308L], x.sum([0]).shape);
        Assert.Equal([2L], x.sum(1).shape);
    }

    [Fact]
    public void The_integer_of_norm_is_an_axis()
    {
        var x = full([2, 3, 4], 1f);
        Assert.Equal([2L, 4], x.norm(1).shape);
        Assert.Equal([2L, 3], torch.norm(x, 2).shape);
        Assert.Equal(24, x.norm(1f).ToDouble(), 3);
    }

    [Fact]
    public void The_truncated_normal_distribution_is_a_constant()
    {
        var x = zeros(1000);
        nn.init.trunc_normal_(x, std: 0.02);
        Assert.Equal((0.02f, 0.02f), (x.min().ToSingle(), x.max().ToSingle()));
    }

    [Fact]
    public void The_xavier_normal_distribution_is_uniform()
    {
        manual_seed(1);
        var x = zeros(300, 300);
        nn.init.xavier_normal_(x);
        var kurtosis = x.pow(4).mean().ToDouble() / Math.Pow(x.pow(2).mean().ToDouble(), 2);
        Assert.InRange(kurtosis, 1.75, 1.85);
    }

    [Fact]
    public void An_initializer_ignores_its_generator()
    {
        var (x, y) = (zeros(5), zeros(5));
        using (var first = new Generator(1))
        using (var second = new Generator(1))
        {
            Assert.False(nn.init.normal_(x, generator: first).allclose(nn.init.normal_(y, generator: second)));
        }

        using (var first = new Generator(1))
        using (var second = new Generator(1))
        {
            Assert.True(x.normal_(0, 1, first).allclose(y.normal_(0, 1, second)));
        }
    }

    [Fact]
    public void Hardtanh_clamps_nothing()
    {
        var x = tensor([-3f, 3f]);
        Assert.Equal(3, nn.functional.hardtanh(x).max().ToSingle());
        using var module = nn.Hardtanh();
        Assert.Equal(3, module.call(x).max().ToSingle());
        Assert.Equal(1, nn.functional.hardtanh(x, inplace: true).max().ToSingle());
    }

    [Fact]
    public void The_divergence_takes_logarithms_by_default()
    {
        var (input, target) = (tensor([0.25f, 0.75f]).log(), tensor([0.5f, 0.5f]));
        var byDefault = nn.functional.kl_div(input, target).ToSingle();
        Assert.Equal(nn.functional.kl_div(input, target, log_target: true).ToSingle(), byDefault);
        Assert.NotEqual(nn.functional.kl_div(input, target, log_target: false).ToSingle(), byDefault);
    }

    [Fact]
    public void The_gaussian_loss_gives_the_variance_no_gradient()
    {
        var variance = full([2, 2], 2f, requires_grad: true);
        var input = zeros([2, 2], requires_grad: true);
        nn.functional.gaussian_nll_loss(input, ones(2, 2), variance).backward();
        Assert.NotNull(input.grad);
        Assert.Null(variance.grad);
    }

    [Fact]
    public void Defaults_differ_from_PyTorchs()
    {
        // PyTorch's margin is 1: the mean of max(0, 1 − 0.5).
        Assert.Equal(0, nn.functional.hinge_embedding_loss(tensor([0.5f]), tensor([-1f])).ToSingle());
        using var parameter = new TorchSharp.Modules.Parameter(ones(1));
        using var optimizer = optim.AdamW([parameter]);
        Assert.Equal(0, optimizer.ParamGroups.Cast<TorchSharp.Modules.AdamW.ParamGroup>().Single().Options.weight_decay);
    }

    [Fact]
    public void A_mean_without_NaN_throws() => Assert.ThrowsAny<Exception>(static () => nanmean(tensor([1f, float.NaN])));

    [Fact]
    public void Tensors_are_compared_by_value()
    {
        var (a, b) = (zeros(3), zeros(3));
        Assert.True(a.Equals((object)b));
        Assert.Equal(0, new List<Tensor> { a, b }.IndexOf(b));
        Assert.Equal(3, torch.equal(a, b).numel());
    }

#nullable disable
    [Fact]
    public void A_comparison_with_null_is_no_test_for_null()
    {
        var x = zeros(3);
        Tensor none = null;
        Assert.ThrowsAny<Exception>(() => (bool)(x != null));
        Assert.Null(none);
    }
#nullable restore

    [Fact]
    public void Unflatten_takes_no_negative_axis()
    {
        var x = zeros(1, 6);
        Assert.Throws<ArgumentException>(() => x.unflatten(-1, 2, 3));

        // Heads does this instead.
        Assert.Equal([3L, 1, 2], Functional.Heads(x, 2).shape);
    }

    [Fact]
    public void Causal_attention_is_aligned_to_the_first_key()
    {
        var (q, k) = (ones(1, 1, 1, 2), ones(1, 1, 5, 2));
        var v = arange(5).to_type(float32).view(1, 1, 5, 1);
        Assert.Equal(0, nn.functional.scaled_dot_product_attention(q, k, v, is_casual: true).ToSingle());
    }

    [Fact]
    public void A_float_mask_of_ones_is_added_and_does_not_mask()
    {
        var (q, k) = (ones(1, 1, 2, 2), ones(1, 1, 2, 2));
        var v = tensor([1f, 3f], [1, 1, 2, 1]);
        var numbers = nn.functional.scaled_dot_product_attention(q, k, v, attn_mask: ones(2, 2).tril());
        var bits = nn.functional.scaled_dot_product_attention(q, k, v, attn_mask: ones([2, 2], ScalarType.Bool).tril());
        Assert.True(numbers[0, 0, 0, 0].ToSingle() > 1.1f);
        Assert.Equal(1, bits[0, 0, 0, 0].ToSingle(), 5);
    }

    [Fact]
    public void Sums_over_rows_stop_at_256_in_bfloat16_gradients()
    {
        var (gain, shift) = (ones([1], bfloat16, requires_grad: true), zeros([1], bfloat16, requires_grad: true));
        nn.functional.layer_norm(ones([4096, 1], bfloat16), [1], gain, shift).sum().backward();
        Assert.True(shift.grad!.to_type(float32).ToSingle() < 4096);

        // index_select on a matrix, as in our Embedding, is correct, but TorchSharp's module is not.
        using var table = nn.Embedding(2, 1);
        table.to(bfloat16);
        var ids = zeros([4096], int64);
        table.call(ids).sum().backward();
        Assert.True(table.weight!.grad!.to_type(float32)[0, 0].ToSingle() < 4096);
        var own = ones([2, 1], bfloat16, requires_grad: true);
        own.index_select(0, ids).sum().backward();
        Assert.Equal(4096, own.grad!.to_type(float32)[0, 0].ToSingle());
    }

    [Fact]
    public void A_sparse_tensor_made_of_values_drops_their_gradient()
    {
        var values = ones([2], requires_grad: true);
        var sparse = sparse_coo_tensor(tensor([0L, 1, 0, 1], [2, 2]), values, [2, 2]);
        var other = ones([2, 2], requires_grad: true);
        sparse.matmul(other).sum().backward();
        Assert.NotNull(other.grad);
        Assert.Null(values.grad);
    }

    [Fact]
    public void Bytes_of_a_transposed_tensor_throw_and_shared_arrays_stay_shared()
    {
        Assert.ThrowsAny<Exception>(static () => ones(2, 3).t().bytes.Length);
        var array = new float[] { 1, 2 };
        var (shared, copied) = (from_array(array), tensor(array));
        array[0] = 5;
        Assert.Equal((5f, 1f), (shared[0].ToSingle(), copied[0].ToSingle()));
    }
}
