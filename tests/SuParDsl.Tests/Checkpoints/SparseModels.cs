using SuParDsl.Tests.Models;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Checkpoints;

/// <summary>Small sparse models of every kind of layer, with inputs for each.</summary>
internal static class SparseModels
{
    public static readonly string[] Kinds = ["mlp", "gpt", "resnet", "contract", "mixed", "shared"];

    /// <summary>A model of a kind, in a storage.</summary>
    public static Model New(string kind, Storage storage, long seed)
    {
        Model model = kind switch
        {
            "mlp" => new Mlp(Mlp.Base with { Width = 64, Input = 8, Density = 1 / 8.0 }, seed),
            "gpt" => new Gpt(
                Gpt.Base with { Width = 32, Layers = 2, Vocab = 20, Context = 8, HeadDim = 8, Attn = 0.25, Mlp = 0.5 }, seed),
            "resnet" => new ResNet(ResNet.Base with { Width = 8, Density = 0.25 }, seed),
            "contract" => new ContractModel(ContractModel.Base with { Width = 16, Density = 0.25 }, seed),
            "mixed" => new Mixed(Mixed.Base with { Width = 32, Density = 0.25 }, seed),
            "shared" => new Shared(Shared.Base with { Width = 32, Density = 0.25 }, seed),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "is not a kind"),
        };
        if (storage != Storage.Compressed || CanBeCompressed(kind))
        {
            model.UseStorage(storage);
        }

        return model;
    }

    /// <summary>
    /// Inputs for a kind of model. They do not use the engine's random numbers, whose state other tests set.
    /// </summary>
    public static Tensor Input(string kind)
    {
        return kind switch
        {
            "mlp" => Numbers(6, 8),
            "gpt" => arange(16, ScalarType.Int64).view(2, 8),
            "resnet" => Numbers(2, 3, 8, 8),
            "contract" => Numbers(2, 4, 5),
            "mixed" => Numbers(2, 4, 3),
            _ => Numbers(6, 4),
        };

        static Tensor Numbers(params long[] shape) =>
            arange(shape.Aggregate(1L, static (count, size) => count * size), ScalarType.Float32).sin().view(shape);
    }

    /// <summary>Takes some training steps, which change every tensor, buffer and moment.</summary>
    public static void Train(Model model, MuOptimizer optimizer, string kind, int steps = 2)
    {
        using var scope = NewDisposeScope();
        model.train();
        for (var step = 0; step < steps; step++)
        {
            optimizer.zero_grad();
            model.call(Input(kind)).square().mean().backward();
            optimizer.step();
        }
    }

    /// <summary>
    /// Checks that two models compute the same bits, and that the second one's masks, zeros and table are correct.
    /// </summary>
    public static void AssertEqual(Model expected, Model actual, string kind)
    {
        using var scope = NewDisposeScope();
        Assert.All(expected.Tensors, tensor => Assert.Equal(expected.GetWeights(tensor.Name), actual.GetWeights(tensor.Name)));
        Assert.All(
            expected.named_buffers().Zip(actual.named_buffers()),
            static pair => Assert.True(pair.First.buffer.eq(pair.Second.buffer).all().ToBoolean(), pair.First.name));
        Assert.All(expected.Masks, mask => Assert.Equal(mask.Value.ToPacked(), actual.Masks[mask.Key].ToPacked()));
        AssertSound(actual);
        expected.eval();
        actual.eval();
        var (wanted, found) = (expected.call(Input(kind)), actual.call(Input(kind)));
        Assert.True(
            expected.WeightBytes == actual.WeightBytes ? wanted.eq(found).all().ToBoolean() : wanted.allclose(found, 1e-4, 1e-5),
            "other outputs");
    }

    /// <summary>Checks that masked weights are zero, and that the table agrees with the masks.</summary>
    public static void AssertSound(Model model)
    {
        Assert.All(model.Masks, mask =>
        {
            var weights = model.GetWeights(mask.Key);
            Assert.All(Enumerable.Range(0, weights.Length), i => Assert.True(mask.Value[i] || weights[i] == 0));
            var row = model.MuTable.Rows.Single(row => row.Name == mask.Key);
            Assert.Equal(mask.Value.Density, row.Density, 1e-3);
        });
    }

    private static bool CanBeCompressed(string kind) => kind is not ("resnet" or "contract");
}
