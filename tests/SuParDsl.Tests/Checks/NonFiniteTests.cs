using SuParDsl.Checks;
using SuParDsl.Tests.Storages;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Checks;

public sealed class NonFiniteTests
{
    [Fact]
    public void A_finite_model_has_nothing_to_find() => Assert.Null(Find(static _ => { }));

    [Fact]
    public void A_bad_weight_is_named_first() =>
        Assert.Equal("the weights of Up.bias", Find(static model => Set(model.Up.bias!, double.NaN)));

    // The weights are finite, but their product overflows. The first layer that shows it is the cause, and those after it
    // only pass it on.
    [Fact]
    public void The_first_bad_layer_is_named() => Assert.Equal("the activation of Up", Find(static model =>
    {
        Set(model.First.weight, 1e30);
        Set(model.Up.weight, 1e30);
    }));

    [Fact]
    public void A_bad_gradient_is_named_last() =>
        Assert.Equal(
            "the gradient of Down.weight",
            Find(static model => model.Down.weight.grad = full_like(model.Down.weight, double.PositiveInfinity)));

    [Fact]
    public void A_step_on_such_gradients_is_not_taken()
    {
        using var scope = NewDisposeScope();
        foreach (var fused in (bool[])[true, false])
        {
            using var model = new HandMadeMlp(20, 0.3);
            using var optimizer = model.AdamW(lr: 0.01, weightDecay: 0.1, fused: fused);
            var before = model.Numbers();
            foreach (var parameter in model.parameters())
            {
                parameter.grad = full_like(parameter, double.NaN);
            }

            Assert.True(double.IsNaN(optimizer.step(maxNorm: 1)));
            Assert.Equal(before, model.Numbers());
        }
    }

    private static void Set(Tensor weights, double value)
    {
        using var frozen = no_grad();
        weights.fill_(value);
    }

    private static string? Find(Action<HandMadeMlp> spoil)
    {
        using var scope = NewDisposeScope();
        using var model = new HandMadeMlp(20, 0.3);
        spoil(model);
        return NonFinite.Find(model, ones(3, HandMadeMlp.Inputs));
    }
}
