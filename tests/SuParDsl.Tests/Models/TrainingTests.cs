using static TorchSharp.torch;

namespace SuParDsl.Tests.Models;

/// <summary>Tests conditions that hold while a model trains.</summary>
public class TrainingTests
{
    public static TheoryData<string> Optimizers => ["AdamW", "Sgd"];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Masked_weights_are_exactly_zero_at_every_step(string name)
    {
        using var model = SmallGpt();
        using var optimizer = Make(name, model);
        AssertMasked(model);

        for (var step = 0; step < 5; step++)
        {
            Step(model, optimizer);
            AssertMasked(model);
        }
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Groups_cover_every_parameter_once(string name)
    {
        using var model = SmallGpt();
        using var optimizer = Make(name, model);

        var grouped = optimizer.Groups.SelectMany(static group => group.Names).ToArray();

        Assert.Equal(grouped.Length, grouped.Distinct().Count());
        Assert.Equal(model.named_parameters().Select(static p => p.name).Order(), grouped.Order());
    }

    [Fact]
    public void Initialize_begins_running_statistics_anew()
    {
        using var scope = NewDisposeScope();
        using var model = new ResNet(ResNet.Base with { Width = 8 }, seed: 1);
        _ = model.call(rand(2, 3, 8, 8));
        model.Initialize(1);
        using var fresh = new ResNet(ResNet.Base with { Width = 8 }, seed: 1);
        Assert.All(
            model.named_buffers().Zip(fresh.named_buffers()),
            static pair => Assert.True(pair.First.buffer.equal(pair.Second.buffer).all().ToBoolean()));
    }

    [Fact]
    public void Training_equals_masking_in_the_forward_pass()
    {
        // W ⊙ M in the forward pass gives the dense weight a gradient of zero wherever M is zero.
        using var model = new Mlp(32, input: 6, classes: 3, density: 0.5);
        using var optimizer = model.AdamW(lr: 0.01, weightDecay: 0.1);
        using var scope = NewDisposeScope();
        var x = ForwardTests.Input(4, 6);
        var y = tensor([0L, 2, 1, 1]);
        var weight = model.Fc2.weight.detach().clone().requires_grad_();
        var mask = model.Masks["Fc2.weight"].ToTensor(ScalarType.Float32, CPU);

        optimizer.zero_grad();
        nn.functional.cross_entropy(model.call(x), y).backward();
        var h = nn.functional.relu(nn.functional.linear(x, model.Fc1.weight, model.Fc1.bias));
        h = nn.functional.relu(nn.functional.linear(h, weight * mask, model.Fc2.bias));
        h = nn.functional.relu(nn.functional.linear(h, model.Fc3.weight, model.Fc3.bias));
        var logits = (h.matmul(model.Head.weight.t()) * (256.0 / 32)) + model.Head.bias!;
        nn.functional.cross_entropy(logits, y).backward();
        optimizer.ClipGradNorm(1e9);

        Assert.InRange((weight.grad! - model.Fc2.weight.grad!).abs().max().ToDouble(), 0, 1e-6);
    }

    [Fact]
    public void Clipping_counts_unmasked_gradients_only()
    {
        using var model = SmallGpt();
        using var optimizer = model.AdamW(lr: 0.01);
        Backward(model);
        var dense = Norm(model, masked: false);
        var sparse = Norm(model, masked: true);

        var norm = optimizer.ClipGradNorm(sparse / 2);

        Assert.True(dense > 1.01 * sparse);
        Assert.Equal(sparse, norm, 1e-5 * sparse);
        Assert.Equal(sparse / 2, Norm(model, masked: false), 1e-4 * sparse);
    }

    [Fact]
    public void A_schedule_changes_the_rate_of_every_group()
    {
        using var model = SmallGpt();
        using var optimizer = model.AdamW(lr: 0.01);
        var before = Weights(model);

        optimizer.Lr = 0;
        Step(model, optimizer);

        Assert.Equal(before, Weights(model));
        Assert.Throws<ArgumentOutOfRangeException>(() => optimizer.Lr = double.NaN);
    }

    [Fact]
    public void A_sparse_model_learns()
    {
        using var model = SmallGpt();
        using var optimizer = model.AdamW(lr: 0.001);
        var first = Step(model, optimizer);
        var last = first;
        for (var step = 0; step < 60; step++)
        {
            last = Step(model, optimizer);
        }

        Assert.True(last < 0.1 * first, $"the loss went from {first} to {last}");
    }

    [Fact]
    public void A_model_outlives_the_dispose_scope_it_was_made_in()
    {
        Gpt model;
        using (NewDisposeScope())
        {
            model = SmallGpt();
        }

        using (model)
        using (var optimizer = model.AdamW(lr: 0.01))
        {
            Step(model, optimizer);
            AssertMasked(model);
        }
    }

    [Fact]
    public void Another_device_or_seed_does_not_change_what_is_drawn()
    {
        using var first = new Gpt(Small, seed: 5);
        using var again = new Gpt(Small, seed: 5);
        using var other = new Gpt(Small, seed: 6);

        Assert.Equal(Weights(first), Weights(again));
        Assert.NotEqual(Weights(first), Weights(other));
        Assert.Equal(first.Masks["Blocks.1.Mlp.Up.weight"].ToPacked(), again.Masks["Blocks.1.Mlp.Up.weight"].ToPacked());
    }

    private static Gpt.Size Small => Gpt.Base with
    {
        Width = 32, Layers = 2, Vocab = 13, Context = 8, HeadDim = 8, Attn = 0.5, Mlp = 0.25,
    };

    private static Gpt SmallGpt() => new(Small, seed: 1);

    private static MuOptimizer Make(string name, Model model) => name switch
    {
        "AdamW" => model.AdamW(lr: 0.01, weightDecay: 0.1),
        "Sgd" => model.Sgd(lr: 0.1, momentum: 0.9, weightDecay: 0.01),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    private static double Step(Model model, MuOptimizer optimizer)
    {
        optimizer.zero_grad();
        var loss = Backward(model);
        optimizer.ClipGradNorm(1);
        optimizer.step();
        return loss;
    }

    private static double Backward(Model model)
    {
        using var scope = NewDisposeScope();
        var ids = tensor([1L, 4, 10, 0, 3, 2, 2, 9, 5, 6, 12, 7], [2, 6]);
        var logits = model.call(ids);
        var loss = nn.functional.cross_entropy(logits.flatten(0, 1), ids.roll(-1, 1).flatten());
        loss.backward();
        return loss.ToDouble();
    }

    private static double Norm(Model model, bool masked) => Math.Sqrt(model.named_parameters().Sum(p =>
    {
        using var scope = NewDisposeScope();
        var gradient = p.parameter.grad!;
        var kept = masked && model.Masks.TryGetValue(p.name, out var mask)
            ? gradient * mask.ToTensor(ScalarType.Float32, CPU)
            : gradient;
        return kept.pow(2).sum().ToDouble();
    }));

    private static float[] Weights(Model model) => [.. model.parameters().SelectMany(static p => p.data<float>().ToArray())];

    private static void AssertMasked(Model model)
    {
        Assert.NotEmpty(model.Masks);
        foreach (var (name, mask) in model.Masks)
        {
            var values = model.get_parameter(name)!.data<float>().ToArray();
            Assert.All(
                Enumerable.Range(0, values.Length), i => Assert.True(mask[i] || values[i] == 0, $"{name}[{i}] is {values[i]}"));
            Assert.Contains(values, static value => value != 0);
        }
    }
}
