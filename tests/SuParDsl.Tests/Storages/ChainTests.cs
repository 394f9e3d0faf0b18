using SuParDsl.Checks;

using static TorchSharp.torch;

namespace SuParDsl.Tests.Storages;

/// <summary>Layers in a chain have the same results as one by one.</summary>
public class ChainTests
{
    [Theory]
    [InlineData(Nonlinearity.None)]
    [InlineData(Nonlinearity.Relu)]
    [InlineData(Nonlinearity.Gelu)]
    [InlineData(Nonlinearity.Silu)]
    public void A_chain_equals_its_layers(Nonlinearity function)
    {
        foreach (var storage in (Storage[])[Storage.Masked, Storage.Compressed])
        {
            using var scope = NewDisposeScope();
            using var model = Model(storage);
            var (x, _) = HandMadeMlp.Batch(75);
            Tensor[] inputs = [x.clone().requires_grad_(), x.clone().requires_grad_()];

            // First is dense, because a chain may begin or end with layers that do not chain.
            var together = Functional.Chain(inputs[0], [model.First, model.Up, model.Down], [Nonlinearity.Relu, function]);
            together.pow(2).sum().backward();
            var gradients = Gradients(model);
            model.zero_grad();
            model.Up.Chains = false;
            var apart = Functional.Chain(inputs[1], [model.First, model.Up, model.Down], [Nonlinearity.Relu, function]);
            apart.pow(2).sum().backward();

            AssertClose(apart, together);
            AssertClose(inputs[1].grad!, inputs[0].grad!);
            Assert.All(Gradients(model).Zip(gradients), static pair => AssertClose(pair.First, pair.Second));
        }
    }

    [Fact]
    public void Hooks_are_called_where_layers_do_not_chain()
    {
        using var scope = NewDisposeScope();
        using var model = Model(Storage.Compressed);
        var calls = 0;
        model.Up.register_forward_hook((_, _, output) =>
        {
            calls++;
            return output;
        });

        Functional.Chain(ones(3, 48), [model.Up, model.Down], [Nonlinearity.Gelu]);
        Assert.Equal(0, calls);
        model.Up.Chains = false;
        Functional.Chain(ones(3, 48), [model.Up, model.Down], [Nonlinearity.Gelu]);
        Assert.Equal(1, calls);
    }

    [Fact]
    public void A_chain_needs_one_function_fewer_than_layers()
    {
        using var model = Model(Storage.Compressed);

        Assert.Throws<ArgumentException>(() => Functional.Chain(ones(3, 48), [model.Up, model.Down], []));
    }

    /// <summary>
    /// The emitted forward chains Fc2 and Fc3, with the same loss and gradients as one by one. Masked weights have no
    /// chain.
    /// </summary>
    [Theory]
    [InlineData(Storage.Compressed)]
    [InlineData(Storage.Masked)]
    public void An_emitted_chain_equals_its_layers(Storage storage)
    {
        using var scope = NewDisposeScope();
        using var model = new Models.Mlp(Models.Mlp.Base with { Width = 96, Input = 12, Density = 0.1 }, seed: 4);
        model.UseStorage(storage);
        Assert.Equal(storage, model.Fc3.Storage);
        var (x, _) = HandMadeMlp.Batch(75);

        var together = Pass(out var calls);
        model.Fc2.Chains = false;
        var apart = Pass(out var callsApart);

        Assert.Equal((storage == Storage.Compressed ? 0 : 1, 1), (calls, callsApart));
        Assert.All(apart.Zip(together), static pair => AssertClose(pair.First, pair.Second));

        Tensor[] Pass(out int calls)
        {
            var count = 0;
            var hook = model.Fc2.register_forward_hook((_, _, output) =>
            {
                count++;
                return output;
            });
            model.zero_grad();
            var output = model.call(x);
            output.pow(2).sum().backward();
            hook.remove();
            calls = count;
            return [output, .. model.parameters().Select(static p => p.grad!.clone())];
        }
    }

    [Fact]
    public void A_check_sees_every_layer_of_a_chain()
    {
        using var model = new Models.Mlp(Models.Mlp.Base with { Width = 96, Input = 12, Density = 0.1 }, seed: 4);
        model.UseStorage(Storage.Compressed);
        using var x = ones(3, 12);
        using (var probes = new Probes(model, () => model.call(x)))
        {
            Assert.Equal(["Fc1", "Fc2", "Fc3", "Head", "output"], probes.Measure().Keys.Order(StringComparer.Ordinal));
        }

        Assert.True(model.Fc2.Chains && model.Fc3.Chains);
    }

    private static HandMadeMlp Model(Storage storage)
    {
        var model = new HandMadeMlp(48, 0.2);
        model.UseStorage(storage);
        return model;
    }

    private static Tensor[] Gradients(HandMadeMlp model) => [.. model.named_parameters()
        .Where(static p => !p.name.StartsWith("Head", StringComparison.Ordinal))
        .Select(static p => p.parameter.grad!.clone())];

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.InRange((expected - actual).abs().max().ToDouble(), 0, 1e-6 + (1e-5 * expected.abs().max().ToDouble()));
    }
}
