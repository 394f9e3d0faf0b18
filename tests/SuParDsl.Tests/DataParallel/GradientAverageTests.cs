using SuParDsl.Tests.Models;
using static TorchSharp.torch;

namespace SuParDsl.Tests.DataParallel;

/// <summary>Ranks that each go through a share of a batch have the gradients of one that goes through all of it.</summary>
public class GradientAverageTests
{
    private const int Rows = 6, Length = 8;

    [Theory]
    [InlineData(2, Storage.Masked, true)]
    [InlineData(3, Storage.Masked, false)]
    [InlineData(2, Storage.Compressed, true)]
    [InlineData(3, Storage.Compressed, false)]
    public void Shares_give_the_gradients_of_the_whole_batch(int count, Storage storage, bool overlap)
    {
        using var whole = SmallGpt(storage);
        Backward(whole, 0, Rows);
        var expected = Gradients(whole);

        var shares = ThreadRanks.Run(count, ranks =>
        {
            using var model = SmallGpt(storage);
            using var average = new GradientAverage(model, ranks, overlap);
            var early = 0;

            // The first step is watched: gradients travel early from the second one on.
            for (var step = 0; step < 2; step++)
            {
                Clear(model);
                average.Begin();
                Backward(model, ranks.Rank * Rows / count, (ranks.Rank + 1) * Rows / count);
                early = ranks.Begun;
                average.Finish();
            }

            return (Gradients: Gradients(model), Early: early);
        });

        Assert.All(shares, share =>
        {
            Assert.Equal(overlap, share.Early > 0);
            Assert.Equal(expected.Keys, share.Gradients.Keys);
            AssertClose(expected, share.Gradients, 1e-6);
            AssertClose(shares[0].Gradients, share.Gradients, 0);
        });
        Assert.Contains(expected["Blocks.0.Mlp.Down.weight"], static gradient => Math.Abs(gradient) > 1e-4);
    }

    [Fact]
    public void Micro_batches_travel_once_and_layers_that_run_twice_are_waited_for()
    {
        using var whole = new Shared(Shared.Base with { Width = 256 }, seed: 1);
        using var scope = NewDisposeScope();
        var x = linspace(-1, 1, 24).reshape(6, 4);
        whole.call(x).square().mean().backward();

        var shares = ThreadRanks.Run(2, ranks =>
        {
            using var model = new Shared(Shared.Base with { Width = 256 }, seed: 1);
            using var average = new GradientAverage(model, ranks);
            using var own = NewDisposeScope();
            var rows = x.chunk(2)[ranks.Rank].chunk(3);
            var early = 0;
            for (var step = 0; step < 2; step++)
            {
                Clear(model);
                for (var part = 0; part < 3; part++)
                {
                    if (part == 2)
                    {
                        average.Begin();
                    }

                    (model.call(rows[part]).square().mean() / 3).backward();
                }

                early = ranks.Begun;
                average.Finish();
            }

            return (Gradients: Gradients(model), Early: early);
        });

        Assert.All(shares, share =>
        {
            Assert.InRange(share.Early, 1, 1);
            AssertClose(Gradients(whole), share.Gradients, 1e-6);
        });
    }

    [Fact]
    public void What_is_masked_does_not_travel()
    {
        var bytes = ThreadRanks.Run(1, static ranks =>
        {
            using var model = SmallGpt(Storage.Masked, density: 1 / 64.0);
            using var average = new GradientAverage(model, ranks);
            var sparse = model.Tensors.Where(static tensor => tensor.IsSparse).ToArray();
            var dense = average.DenseBytesPerStep - (4 * sparse.Sum(static tensor => tensor.Count));

            // With each tensor goes whether there is a gradient at all.
            Assert.Equal(4 * (sparse.Sum(tensor => model.Masks[tensor.Name].Kept) + model.Tensors.Length), average.BytesPerStep - dense);
            return (Sent: average.BytesPerStep - dense, Whole: average.DenseBytesPerStep - dense);
        })[0];

        Assert.True(bytes.Sent > 0);
        Assert.True(30 * bytes.Sent <= bytes.Whole, $"{bytes}");
    }

    [Fact]
    public void Other_masks_and_storages_are_followed()
    {
        var shares = ThreadRanks.Run(2, static ranks =>
        {
            using var model = SmallGpt(Storage.Masked);
            using var average = new GradientAverage(model, ranks);
            var before = average.BytesPerStep;
            model.SetMasks(model.Masks.ToDictionary(static mask => mask.Key, static mask => EveryThird(mask.Value)));
            model.UseStorage(Storage.Compressed);
            average.Begin();
            Backward(model, ranks.Rank * Rows / 2, (ranks.Rank + 1) * Rows / 2);
            average.Finish();
            Assert.NotEqual(before, average.BytesPerStep);
            return Gradients(model);
        });

        AssertClose(shares[0], shares[1], 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_layer_that_only_some_ranks_have_reached_gets_the_whole_batchs_gradient_on_all(bool overlap)
    {
        var shares = ThreadRanks.Run(2, ranks =>
        {
            using var scope = NewDisposeScope();
            using var model = SmallGpt(Storage.Masked);
            using var average = new GradientAverage(model, ranks, overlap);
            for (var step = 0; step < 3; step++)
            {
                foreach (var parameter in model.parameters())
                {
                    parameter.grad = null;
                }

                average.Begin();
                if (ranks.Rank == step % 2)
                {
                    Backward(model, 0, Rows);
                }
                else
                {
                    model.Tok.weight.sum().backward();
                }

                average.Finish();
            }

            return Gradients(model);
        });

        using var alone = SmallGpt(Storage.Masked);
        Backward(alone, 0, Rows);
        AssertClose(shares[0], shares[1], 0);
        Assert.All(Gradients(alone)["Blocks.1.Mlp.Up.weight"].Zip(shares[0]["Blocks.1.Mlp.Up.weight"]), static pair =>
            Assert.Equal(pair.First / 2, pair.Second, 1e-7));
    }

    [Fact]
    public void A_rank_that_throws_does_not_keep_the_others_waiting() => Assert.Throws<NotFiniteNumberException>(() => ThreadRanks.Run(
        3, static ranks => ranks.Rank == 1 ? throw new NotFiniteNumberException() : ranks.Sum(1)[0]));

    [Fact]
    public void A_tensor_that_is_used_beside_its_layer_is_an_error_with_its_name()
    {
        var messages = ThreadRanks.Run(2, static ranks =>
        {
            using var scope = NewDisposeScope();
            using var model = SmallGpt(Storage.Masked);
            using var average = new GradientAverage(model, ranks);
            average.Begin();
            Loss(model, 0, Rows).backward();
            average.Finish();
            average.Begin();
            var penalty = model.Blocks[1].Mlp.Down.weight.square().sum();
            (Loss(model, 0, Rows) + penalty).backward();
            return Assert.Throws<InvalidOperationException>(average.Finish).Message;
        });

        Assert.All(messages, static message => Assert.StartsWith("the gradient of Blocks.1.Mlp.Down.weight grew after its layer's backward pass", message));
    }

    private static Gpt SmallGpt(Storage storage, double density = 0.25)
    {
        var model = new Gpt(
            Gpt.Base with { Width = 128, Layers = 2, Vocab = 13, Context = Length, HeadDim = 32, Attn = density, Mlp = density, Sigma = 0.1 }, seed: 1);
        model.UseStorage(storage);
        return model;
    }

    private static WeightMask EveryThird(WeightMask mask) =>
        WeightMask.FromBytes(mask.Shape, [.. Enumerable.Range(0, (int)mask.Count).Select(static i => (byte)(i % 3 == 0 ? 1 : 0))]);

    private static Dictionary<string, float[]> Gradients(Model model)
    {
        using var scope = NewDisposeScope();
        return model.ParametersByName().ToDictionary(static p => p.Key, p =>
        {
            var gradient = p.Value.grad!;
            return (model.Masks.TryGetValue(p.Key, out var mask) && gradient.dim() > 1 ? gradient * mask.ToTensor(ScalarType.Float32, CPU) : gradient)
                .reshape(-1).data<float>().ToArray();
        });
    }

    private static void AssertClose(Dictionary<string, float[]> expected, Dictionary<string, float[]> actual, double tolerance) => Assert.All(
        expected, entry => Assert.InRange(entry.Value.Zip(actual[entry.Key], static (a, b) => Math.Abs(a - b)).Max(), 0, tolerance));

    private static void Clear(Model model)
    {
        using var scope = NewDisposeScope();
        foreach (var parameter in model.parameters())
        {
            parameter.grad?.zero_();
        }
    }

    private static void Backward(Gpt model, int first, int end)
    {
        using var scope = NewDisposeScope();
        Loss(model, first, end).backward();
    }

    private static Tensor Loss(Gpt model, int first, int end)
    {
        long[] ids = [.. Enumerable.Range(first * Length, (end - first) * Length).Select(static i => (i * 7L + (i * i) % 5) % 13)];
        var inputs = tensor(ids, [end - first, Length]);
        return nn.functional.cross_entropy(model.call(inputs).flatten(0, 1), inputs.roll(-1, 1).flatten());
    }
}
