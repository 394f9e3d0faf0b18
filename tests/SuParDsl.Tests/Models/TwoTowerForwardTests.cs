using static TorchSharp.torch;

namespace SuParDsl.Tests.Models;

/// <summary>Compares models of several tensors with the same mathematics written by hand.</summary>
public class TwoTowerForwardTests
{
    [Fact]
    public void Two_towers_equal_hand_written_ones()
    {
        const int Width = 16;
        using var model = new TwoTower(TwoTower.Base with { Width = Width, Sigma = 0.3, Density = 0.5 }, seed: 3);
        model.UseStorage(Storage.Masked);
        using var scope = NewDisposeScope();
        var (ids, items) = (tensor([4L, 0, 49, 4]), ForwardTests.Input(4, 6));

        var left = Deep(model.Left, model.User.weight[ids]);
        var right = Deep(model.Right, items.matmul(model.Item.weight.t()) + model.Item.bias!);

        // m_d = 16/32.
        var expected = ((left * right).matmul(model.Score.weight.t()) * 2) + model.Score.bias!;

        ForwardTests.AssertClose(expected, model.call(ids, items));

        static Tensor Deep(DeepTower tower, Tensor x)
        {
            var norm = nn.functional.layer_norm(x, [Width], tower.Norm.weight, tower.Norm.bias);
            return x + nn.functional.relu(nn.functional.linear(norm, tower.Up.weight, tower.Up.bias));
        }
    }

    [Fact]
    public void An_encoder_decoder_equals_a_hand_written_one()
    {
        const int Width = 16, HeadDim = 8, Rows = 2;
        using var model = new Translator(
            Translator.Base with { Width = Width, Layers = 4, HeadDim = HeadDim, Sigma = 0.3 }, seed: 5);
        using var scope = NewDisposeScope();
        var (source, target) = (tensor([1L, 2, 3, 4, 5, 19, 18, 17, 16, 15], [Rows, 5]), tensor([7L, 8, 9, 0, 1, 2], [Rows, 3]));

        var memory = Embed(source);
        foreach (var block in model.Encode)
        {
            var qkv = Map(block.Qkv, Norm(block.Norm, memory)).chunk(3, -1);
            memory = memory + (Map(block.Out, Attend(qkv[0], qkv[1], qkv[2], causal: false)) / 2);
        }

        memory = Norm(model.Memory, memory);
        var x = Embed(target);
        foreach (var block in model.Decode)
        {
            var qkv = Map(block.Qkv, Norm(block.First, x)).chunk(3, -1);
            x = x + (Map(block.Out, Attend(qkv[0], qkv[1], qkv[2], causal: true)) / 2);
            var keys = Map(block.Keys, memory).chunk(2, -1);
            x = x + (Map(block.Mix, Attend(Map(block.Query, Norm(block.Second, x)), keys[0], keys[1], causal: false)) / 2);
        }

        var expected = Norm(model.Last, x).matmul(model.Tok.weight.t()) * 2;

        var logits = model.call(source, target);
        Assert.Equal([Rows, 3, 20], logits.shape);
        ForwardTests.AssertClose(expected, logits);

        Tensor Embed(Tensor ids) => model.Tok.weight[ids] + model.Pos.weight.slice(0, 0, ids.shape[1], 1);

        static Tensor Map(Linear layer, Tensor x) => x.matmul(layer.weight.t()) + layer.bias!;

        static Tensor Norm(LayerNorm norm, Tensor x) => nn.functional.layer_norm(x, [Width], norm.weight, norm.bias);

        static Tensor Attend(Tensor q, Tensor k, Tensor v, bool causal)
        {
            static Tensor Heads(Tensor x) => x.reshape(Rows, -1, Width / HeadDim, HeadDim).transpose(1, 2);
            var logits = Heads(q).matmul(Heads(k).transpose(-1, -2)) / HeadDim;
            if (causal)
            {
                var later = ones(logits.shape[^2], logits.shape[^1]).triu(1).to(ScalarType.Bool);
                logits = logits.masked_fill(later, double.NegativeInfinity);
            }

            return logits.softmax(-1).matmul(Heads(v)).transpose(1, 2).reshape(Rows, -1, Width);
        }
    }

    [Fact]
    public void A_tuple_is_returned_part_by_part()
    {
        using var scope = NewDisposeScope();
        using var model = new Siamese(Siamese.Base with { Width = 32 }, seed: 1);
        var (first, second) = (ForwardTests.Input(3, 6), ForwardTests.Input(3, 6) + 1);

        var (a, b) = model.call(first, second);
        var (swapped, _) = model.call(second, first);

        Assert.Equal([3, 4], a.shape);
        ForwardTests.AssertClose(b, swapped);
        Assert.NotEqual(0, (a - b).abs().max().ToDouble());
    }

    [Fact]
    public void One_tensor_may_give_a_tuple()
    {
        using var scope = NewDisposeScope();
        using var model = new TwoHeads(TwoHeads.Base, seed: 1);
        var x = ForwardTests.Input(5, 6);

        var (kind, size) = model.call(x);

        var h = nn.functional.relu(nn.functional.linear(x, model.In.weight, model.In.bias));
        ForwardTests.AssertClose(nn.functional.linear(h, model.Kind.weight, model.Kind.bias), kind);
        ForwardTests.AssertClose(nn.functional.linear(h, model.Area.weight, model.Area.bias), size);
    }

    [Fact]
    public void Four_tensors_go_in()
    {
        using var scope = NewDisposeScope();
        using var model = new FourWays(FourWays.Base, seed: 1);
        Tensor[] inputs = [.. Enumerable.Range(2, 4).Select(static size => ForwardTests.Input(3, size))];

        var sum = new[] { model.A, model.B, model.C, model.D }.Zip(inputs)
            .Select(static pair => nn.functional.linear(pair.Second, pair.First.weight, pair.First.bias))
            .Aggregate(static (a, b) => a + b);

        ForwardTests.AssertClose(
            nn.functional.linear(nn.functional.relu(sum), model.Head.weight, model.Head.bias),
            model.call(inputs[0], inputs[1], inputs[2], inputs[3]));
    }
}
