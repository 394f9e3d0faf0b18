using SuParDsl.Checkpoints;
using SuParDsl.Sparsity;
using SuParDsl.Tests.Checkpoints;
using SuParDsl.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Sparsity;

/// <summary>
/// Weights that were copied without regard to the masks, unnoticed by the library, are detected where the library relies on
/// zeros.
/// </summary>
public sealed class MaskedZerosTests : IDisposable
{
    private const string Message =
        "weights of Fc2.weight outside its mask are not zero, as after a copy over named_parameters(): "
        + "call ApplyMasks to zero them, or CopyWeightsFrom to copy weights with masks";

    private readonly string folder = Directory.CreateTempSubdirectory("supardsl-").FullName;
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Weights_outside_a_mask_are_noticed_where_zeros_are_required()
    {
        using var model = Polluted();
        using var other = SparseModels.New("mlp", Storage.Masked, seed: 1);
        Action[] ways =
        [
            () => model.AdamW(lr: 0.01), () => model.MuonWithAdamW(lr: 0.01, adamLr: 0.01, sparse: true),
            () => ModelCheckpoint.Save(model, Path.Combine(folder, "a"), new Dictionary<string, string>()),
            () => model.state_dict(), () => other.CopyWeightsFrom(model), () => other.PruneFrom(model),
            () => model.UseStorage(Storage.Compressed), () => new WeightAverage(model, 0.9),
        ];
        Assert.All(ways, way =>
        {
            var message = Assert.Throws<InvalidOperationException>(way).Message;
            Assert.EndsWith(Message, message);
            Assert.DoesNotContain('\n', message);
        });

        var count = model.GetWeights("Fc2.weight").Where((weight, i) => weight != 0 && !model.Masks["Fc2.weight"][i]).Count();
        Assert.StartsWith(
            $"{count} of the 3584 weights of Fc2.weight",
            Assert.Throws<InvalidOperationException>(() => model.state_dict()).Message);
        model.ApplyMasks();
        ways[0]();
        SparseModels.AssertSound(model);
    }

    [Fact]
    public void Weights_outside_a_mask_do_not_prevent_loading()
    {
        using var model = Polluted();
        using var other = SparseModels.New("mlp", Storage.Masked, seed: 1);
        model.load_state_dict(other.state_dict());
        SparseModels.AssertEqual(other, model, "mlp");
        Copy(SparseModels.New("mlp", Storage.Masked, seed: 4), model);
        model.CopyWeightsFrom(other);
        SparseModels.AssertEqual(other, model, "mlp");
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public void A_copy_past_the_masks_is_noticed_in_the_next_step(bool fused, bool clips)
    {
        using var model = SparseModels.New("mlp", Storage.Masked, seed: 1);
        using var optimizer = model.AdamW(lr: 0.01, fused: fused);
        SparseModels.Train(model, optimizer, "mlp", steps: 20);
        model.call(SparseModels.Input("mlp")).square().mean().backward();
        Copy(SparseModels.New("mlp", Storage.Masked, seed: 2), model);
        var before = model.GetWeights("Fc1.weight");

        var error = Assert.Throws<InvalidOperationException>(() =>
        {
            if (clips)
            {
                optimizer.step(1);
            }
            else
            {
                optimizer.step();
            }
        });

        Assert.EndsWith(Message, error.Message);
        Assert.Equal(before, model.GetWeights("Fc1.weight"));
        model.ApplyMasks();
        SparseModels.Train(model, optimizer, "mlp");
    }

    [Fact]
    public void One_weight_outside_a_mask_is_noticed_in_the_end()
    {
        using var model = SparseModels.New("mlp", Storage.Masked, seed: 1);
        using var optimizer = model.AdamW(lr: 0.01);
        var mask = model.Masks["Fc3.weight"];
        using (no_grad())
        {
            ((Mlp)model).Fc3.weight.view(-1)[Enumerable.Range(3000, 1000).First(i => !mask[i])] = 1;
        }

        Assert.Throws<InvalidOperationException>(() => SparseModels.Train(model, optimizer, "mlp", steps: 64));
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void Masked_weights_are_counted_and_zeroed_in_any_type(ScalarType type)
    {
        var mask = MaskDraw.Draw(Mask.Exact, [7, 11], 0.3, 1, "x");
        var weight = ones(7, 11).to_type(type);
        Assert.Equal(77 - mask.Kept, MaskedZeros.CountOthers(weight, mask));
        Assert.Equal(77 - mask.Kept, MaskedZeros.CountOthers(weight.t().contiguous().t(), mask));
        weight.fill_(float.NaN);
        MaskedZeros.Write(weight, mask);
        Assert.Equal(0, MaskedZeros.CountOthers(weight, mask));
        Assert.Equal(mask.Kept, weight.isnan().sum().ToInt64());
        Assert.Equal(0, MaskedZeros.CountOthers(ones(7, 11), WeightMask.Full([7, 11])));

        // Minus zero is zero.
        Assert.Equal(0, MaskedZeros.CountOthers(-zeros(7, 11).to_type(type), mask));
    }

    private static Model Polluted()
    {
        var model = SparseModels.New("mlp", Storage.Masked, seed: 1);
        Copy(SparseModels.New("mlp", Storage.Masked, seed: 2), model);
        return model;
    }

    // This is the usual way to copy an average or a teacher.
    private static void Copy(Model from, Model to)
    {
        using var frozen = no_grad();
        foreach (var ((_, source), (_, target)) in from.named_parameters().Zip(to.named_parameters()))
        {
            target.copy_(source);
        }

        from.Dispose();
    }
}
