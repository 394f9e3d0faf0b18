using TorchSharp;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Models;

/// <summary>
/// Attention against the formula softmax(q·kᵀ·scale + mask)·v, which is written out here. Inputs are drawn from the engine's own
/// random numbers.
/// </summary>
[Collection(ExclusiveCollection.Name)]
public sealed class AttentionTests : IDisposable
{
    private const int Batch = 2, Positions = 6, Size = 4;
    private const double Scale = 0.7;

    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(4, false, false)]
    [InlineData(4, true, false)]
    [InlineData(2, false, false)]
    [InlineData(2, true, false)]
    [InlineData(2, true, true)]
    [InlineData(1, false, true)]
    public void All_conditions_and_biases_hold_at_once(int keyHeads, bool causal, bool slopes)
    {
        var (q, k, v) = Inputs(keyHeads);
        var alibi = slopes ? new Alibi(4) : null;
        var real = tensor([true, true, true, false, true, true, true, true, true, true, false, false], [Batch, Positions]);
        var packed = tensor([0L, 0, 0, 1, 1, 1, 7, 7, 7, 7, 2, 2], [Batch, Positions]);
        Tensor[] masks =
        [
            rand(Positions, Positions) < 0.7, rand(Batch, Positions, Positions) < 0.7, rand(Batch, 4, Positions, Positions) < 0.7,
            rand(1, Positions) < 0.7, randn(Positions, Positions), randn(Batch, 4, Positions, 1), randn(Batch, 1, Positions),
        ];
        foreach (var mask in masks)
        {
            foreach (var window in (long?[])[null, 1, 3, 6, 9])
            {
                foreach (var (keyMask, documents) in ((Tensor?, Tensor?)[])
                    [(null, null), (real, null), (null, packed), (real, packed)])
                {
                    var given = Functional.Attention(
                        q, k, v, causal, Scale, alibi, mask, keyMask, documents, window);
                    var wanted = Formula(q, k, v, Logits(q, k, causal, alibi, mask, keyMask, documents, window));
                    Assert.True((given - wanted).abs().max().item<float>() < 1e-5, $"window {window}, mask {mask}");
                }
            }
        }
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(2, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    public void Gradients_are_those_of_the_formula(int keyHeads, bool causal)
    {
        var (q, k, v) = Inputs(keyHeads);
        var (mask, factors) = (rand(Batch, Positions, Positions) < 0.7, randn(Batch, 4, Positions, Size));
        foreach (var stated in (Tensor?[])[null, mask])
        {
            var given = Gradients(Functional.Attention(q, k, v, causal, Scale, mask: stated));
            var wanted = Gradients(Formula(q, k, v, Logits(q, k, causal, null, stated, null, null, null)));
            Assert.All(
                given.Zip(wanted), static pair => Assert.True((pair.First - pair.Second).abs().max().item<float>() < 1e-5));
        }

        Tensor[] Gradients(Tensor output) => [.. autograd.grad([(output * factors).sum()], [q, k, v])];
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_query_that_attends_to_nothing_gives_zeros_and_no_gradient(bool isAdded)
    {
        var (q, k, v) = Inputs(4);
        var mask = ones(Positions, Positions, ScalarType.Bool);
        mask[2] = false;
        mask = isAdded ? zeros(Positions, Positions).masked_fill(mask.logical_not(), float.NegativeInfinity) : mask;
        var output = Functional.Attention(q, k, v, causal: false, Scale, mask: mask);
        Assert.Equal(0, output[.., .., 2].abs().max().item<float>());
        output.sum().backward();
        Assert.Equal(0, q.grad![.., .., 2].abs().max().item<float>());
        Assert.All([q, k, v], static x => Assert.True(x.grad!.isfinite().all().item<bool>()));
    }

    [Fact]
    public void A_window_limits_more_queries_than_keys()
    {
        var (q, k, v) = Inputs(4);
        var output = Functional.Attention(q, k.narrow(-2, 0, 2), v.narrow(-2, 0, 2), causal: false, Scale, window: 2);
        Assert.Equal(0, output[.., .., 0].abs().max().item<float>()); // The keys are the last two of six positions.
        Assert.NotEqual(0, output[.., .., 5].abs().max().item<float>());
    }

    [Fact]
    public void Dropout_acts_on_probabilities_in_training_only()
    {
        var (q, k, _) = Inputs(4);
        var one = ones(Batch, 4, Positions, Size);
        var drop = new Dropout(0.5);
        random.manual_seed(3);
        Assert.False(Functional.Attention(q, k, one, causal: false, Scale, dropout: drop).allclose(one));
        drop.eval();
        Assert.True(Functional.Attention(q, k, one, causal: false, Scale, dropout: drop).allclose(one, 1e-5, 1e-5));
    }

    [Fact]
    public void A_mask_that_does_not_fit_is_refused_with_its_shape()
    {
        var (q, k, v) = Inputs(4);
        Refused("the mask of attention has shape [6, 5], and the logits B heads T S have [2, 4, 6, 6]", mask: ones(6, 5));
        Refused("the mask of attention has shape [6], ", mask: ones(6));
        Refused("the mask of attention has type Int64: it must be bool, true where", mask: ones(6, 6, int64));
        Refused("the shape of attention's key mask is [6]: it must be B S, here [2, 6]", keyMask: ones(6, int64));
        Refused("the key mask of attention has type Float32: it must be bool or an integer", keyMask: ones(2, 6));
        Refused("the shape of attention's documents is [2, 5]: it must be B T, here [2, 6]", documents: ones(2, 5, int64));
        Refused("the documents of attention have type Float32: they must be integers", documents: ones(2, 6));
        Refused("the window of attention is 0 positions: it must be at least 1", window: 0);

        var last = q.narrow(-2, 4, 2);
        Assert.StartsWith(
            "the window of attention is 0 positions",
            Assert.Throws<ArgumentException>(() => Functional.Attention(last, k, v, causal: true, Scale, window: 0)).Message);

        void Refused(
            string expected, Tensor? mask = null, Tensor? keyMask = null, Tensor? documents = null, long? window = null) =>
            Assert.StartsWith(expected, Assert.Throws<ArgumentException>(() => Functional.Attention(
                q, k, v, causal: true, Scale, mask: mask, keyMask: keyMask, documents: documents, window: window)).Message);
    }

    private static (Tensor Q, Tensor K, Tensor V) Inputs(int keyHeads)
    {
        random.manual_seed(5);
        return (randn(Batch, 4, Positions, Size, requires_grad: true),
            randn(Batch, keyHeads, Positions, Size, requires_grad: true),
            randn(Batch, keyHeads, Positions, Size, requires_grad: true));
    }

    private static Tensor Logits(
        Tensor q, Tensor k, bool causal, Alibi? position, Tensor? mask, Tensor? keyMask, Tensor? documents, long? window)
    {
        var logits = q.matmul(k.repeat_interleave(4 / k.shape[1], 1).transpose(-2, -1)) * Scale;
        logits = position is null ? logits : position.call(logits);
        var seen = ones(Batch, 4, Positions, Positions, ScalarType.Bool);
        if (mask is not null)
        {
            var whole = mask.dim() == 3 ? mask.unsqueeze(1) : mask;
            logits = mask.dtype == ScalarType.Bool ? logits : logits + whole;
            seen = mask.dtype == ScalarType.Bool ? seen.logical_and(whole) : seen;
        }

        var (rows, columns) = (arange(Positions).unsqueeze(1), arange(Positions).unsqueeze(0));
        seen = causal ? seen.logical_and(columns <= rows) : seen;
        seen = window is { } w ? seen.logical_and((rows - columns).abs() < w) : seen;
        seen = keyMask is null ? seen : seen.logical_and(keyMask.unsqueeze(1).unsqueeze(1));
        seen = documents is null ? seen
            : seen.logical_and(documents.unsqueeze(2).eq(documents.unsqueeze(1)).unsqueeze(1));
        return logits.masked_fill(seen.logical_not(), float.NegativeInfinity);
    }

    private static Tensor Formula(Tensor q, Tensor k, Tensor v, Tensor logits)
    {
        var probabilities = logits.softmax(-1).nan_to_num(0); // A row that is masked wholly has none.
        return probabilities.matmul(v.repeat_interleave(q.shape[1] / k.shape[1], 1));
    }
}
