using TorchSharp;

namespace SuParDsl.Tests.Models;

/// <summary>A layer's attributes apply to all its tensors that they concern, whatever the type of the layer.</summary>
public sealed class AttributeTests
{
    [Fact]
    public void Every_type_of_layer_with_tensors_is_tested()
    {
        var withTensors = typeof(Layer).Assembly.GetExportedTypes().Where(static type => type.GetMethods()
            .Any(static method => method.Name == "Declare"
                && method.GetParameters().Any(static p => p.ParameterType == typeof(TensorOptions))));
        var tested = typeof(Scaled).GetProperties().Select(static property => property.PropertyType).ToHashSet();
        Assert.Empty(withTensors.Except(tested));
        Assert.Equal(PropertiesOf(typeof(Scaled)), PropertiesOf(typeof(Zeroed)));

        static IEnumerable<string> PropertiesOf(Type type) => type.GetProperties()
            .Where(property => property.DeclaringType == type && typeof(torch.nn.Module).IsAssignableFrom(property.PropertyType))
            .Select(static property => property.Name);
    }

    [Fact]
    public void A_learning_rate_s_factor_applies_to_every_tensor()
    {
        using var model = new Scaled(Scaled.Base with { Width = 32 }, seed: 1);
        Assert.Equal(
            model.named_parameters().Select(static p => p.name).Order(StringComparer.Ordinal),
            model.Tensors.Select(static tensor => tensor.Name).Order(StringComparer.Ordinal));
        foreach (var family in Enum.GetValues<OptimizerFamily>())
        {
            var rows = model.Table(family).Rows;
            Assert.All(model.Tensors.Zip(rows), pair => Assert.Equal(
                0.25 * TensorScaling.Of(pair.First with { LrScale = 1 }, model.Rule, 1, family).LearningRateMultiplier,
                pair.Second.LearningRateMultiplier, 1e-12));
        }

        using var optimizer = model.AdamW(lr: 1e-2);
        foreach (var row in model.MuTable.Rows)
        {
            Assert.Equal(
                row.LearningRateMultiplier,
                optimizer.Groups.Single(group => group.Names.Contains(row.Name)).LearningRateMultiplier,
                1e-12);
        }
    }

    [Fact]
    public void A_step_updates_biases_by_the_factor_too()
    {
        using var model = new Scaled(Scaled.Base, seed: 1);
        using var optimizer = model.Sgd(lr: 1, weightDecay: 0);
        var before = model.named_parameters().ToDictionary(static p => p.name, static p => p.parameter.detach().clone());
        foreach (var (_, parameter) in model.named_parameters())
        {
            parameter.grad = torch.ones_like(parameter);
        }

        optimizer.step();
        var rates = model.Table(OptimizerFamily.Sgd).Rows.ToDictionary(
            static row => row.Name, static row => row.LearningRateMultiplier);
        Assert.Equal(0.25, rates["Linear.bias"]);
        Assert.All(model.named_parameters(), entry =>
            Assert.Equal(-rates[entry.name], (entry.parameter - before[entry.name]).mean().item<float>(), 1e-5));
    }

    [Fact]
    public void A_start_at_zero_applies_to_every_tensor_and_decay_to_none()
    {
        using var model = new Zeroed(Zeroed.Base with { Width = 32 }, seed: 1);
        Assert.All(model.named_parameters(), static entry => Assert.True(entry.parameter.eq(0).all().item<bool>(), entry.name));
        Assert.All(model.MuTable.Rows, static row => Assert.Equal((0, 0), (row.InitStd, row.WeightDecayMultiplier)));
    }

    [Fact]
    public void A_gain_and_a_distribution_apply_to_matrices()
    {
        using var model = new Gained(Gained.Base with { Width = 32 }, seed: 1);
        using var plain = new Scaled(Scaled.Base with { Width = 32 }, seed: 1);
        foreach (var row in model.MuTable.Rows)
        {
            var other = plain.MuTable.Rows.Single(r => r.Name == row.Name);
            Assert.Equal(0.5 * other.InitStd, row.InitStd, 1e-12);
            using var value = model.named_parameters().Single(p => p.name == row.Name).parameter.detach().clone();
            if (row.Shape.Length == 1)
            {
                Assert.Equal(0, value.std().item<float>());
                Assert.Equal(row.Name == "Foreign.gain" ? 0.5f : 0, value.mean().item<float>());
            }
            else
            {
                // No number of a uniform distribution is farther than √3 standard deviations from 0.
                Assert.InRange(value.abs().max().item<float>() / row.InitStd, 1.2, Math.Sqrt(3) + 1e-5);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_factor_that_is_no_positive_number_is_refused(double factor)
    {
        var linear = new Linear(8, 8);
        var error = Assert.Throws<SizeException>(() =>
            linear.Declare(ParameterScope.Root(Rule.SuPar, 0.02).Child("Up"), 8, 8, new() { LrScale = factor }));
        Assert.Equal($"the [LrScale] of Up.weight is {factor}: it must be a positive number (SUP327)", error.Message);
    }
}
