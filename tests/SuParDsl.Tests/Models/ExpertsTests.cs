using SuParDsl.Checks;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Models;

/// <summary>
/// A mixture of experts against the same mathematics written by hand, with all experts on all positions and masked gates.
/// </summary>
public sealed class ExpertsTests
{
    private const int Width = 32;

    public static TheoryData<int, int, double, Storage> Mixtures => new()
    {
        { 4, 2, 1, Storage.Masked }, { 4, 1, 1, Storage.Masked }, { 4, 4, 1, Storage.Masked }, { 1, 1, 1, Storage.Masked },
        { 8, 3, 0.25, Storage.Masked }, { 8, 3, 0.25, Storage.Compressed }, { 8, 1, 0.25, Storage.Compressed },
    };

    [Theory]
    [MemberData(nameof(Mixtures))]
    public void Outputs_and_gradients_are_those_of_a_dense_computation(int experts, int active, double density, Storage storage)
    {
        using var model = new RoutedMlp(
            RoutedMlp.Base with { Width = Width, Experts = experts, Active = active, Density = density, Balance = 0.5 }, seed: 3);
        model.UseStorage(storage);
        using var twin = new RoutedMlp(
            RoutedMlp.Base with { Width = Width, Experts = experts, Active = active, Density = density, Balance = 0.5 }, seed: 3);
        using var scope = NewDisposeScope();
        var (x, goal) = (Input(6, 3, 5), Input(6, 3, 3));

        var output = model.call(x);
        model.AddAuxiliaryLoss((output - goal).pow(2).mean()).Backward();
        var (expected, balance) = ByHand(twin, x, active);
        ((expected - goal).pow(2).mean() + (0.5 * balance)).backward();

        AssertClose(expected, output);
        var parameters = model.ParametersByName();
        foreach (var (name, parameter) in twin.ParametersByName())
        {
            var wanted = parameter.grad!;
            var given = parameters[name].grad!;
            AssertClose(given.dim() == wanted.dim() ? wanted : Kept(twin, name, wanted), given, name);
        }

        Assert.True(parameters["Moe.router.weight"].grad!.abs().sum().ToDouble() > 0);
    }

    [Fact]
    public void An_expert_that_no_position_chose_is_no_cause_of_a_divergence()
    {
        using var model = new RoutedMlp(RoutedMlp.Base, seed: 1);
        using var scope = NewDisposeScope();
        using (no_grad())
        {
            model.Moe.Router.weight.fill_(1);
            model.Moe.Router.weight[3].fill_(-1); // Its logit is the smallest, because inputs of the mixture are not negative.
            model.Moe[3].Up.weight.fill_(1e30);
            model.Moe[3].Down.weight.fill_(1e30);
            model.ApplyMasks();
        }

        Assert.Null(NonFinite.Find(model, Input(6, 5)));
    }

    [Fact]
    public void An_empty_batch_has_no_balance()
    {
        using var model = new RoutedMlp(RoutedMlp.Base, seed: 1);
        using var scope = NewDisposeScope();
        var zero = zeros(1);
        _ = model.call(zeros(0, 5));
        Assert.Same(zero, model.AddAuxiliaryLoss(zero));
    }

    [Fact]
    public void Only_chosen_experts_compute()
    {
        using var model = new RoutedMlp(RoutedMlp.Base with { Experts = 8, Active = 2 }, seed: 1);
        using var scope = NewDisposeScope();
        var rows = 0L;
        foreach (var expert in model.Moe)
        {
            expert.register_forward_pre_hook((_, input) =>
            {
                rows += input.shape[0];
                return input;
            });
        }

        model.call(Input(10, 5));
        Assert.Equal(20, rows);
    }

    [Fact]
    public void An_expert_that_no_position_chooses_has_a_gradient_of_zeros()
    {
        using var model = new RoutedMlp(RoutedMlp.Base with { Experts = 8, Active = 1 }, seed: 1);
        using var scope = NewDisposeScope();
        model.AddAuxiliaryLoss(model.call(Input(2, 5)).sum()).Backward();
        var sums = model.Moe.Select(static expert => expert.Up.weight.grad!.abs().sum().ToDouble()).ToArray();
        Assert.InRange(sums.Count(static sum => sum > 0), 1, 2);
        Assert.True(sums.Count(static sum => sum == 0) >= 6);
    }

    [Fact]
    public void The_load_balancing_loss_is_its_factor_where_the_load_is_even_and_larger_elsewhere()
    {
        using var model = new RoutedMlp(RoutedMlp.Base with { Experts = 4, Active = 1, Width = 16, Balance = 0.01 }, seed: 1);
        using var scope = NewDisposeScope();
        using var zero = zeros(1);
        var balanced = Loss();
        Assert.InRange(balanced, 0.0099, 0.02);

        // Inputs of the router are not negative, so that a row of ones attracts every position.
        using (no_grad())
        {
            model.Moe.Router.weight.zero_();
            model.Moe.Router.weight[0] = ones(16) * 1e3;
        }

        Assert.Equal(0.04, Loss(), 4);

        double Loss()
        {
            model.call(Input(64, 5));
            return model.AddAuxiliaryLoss(zero).ToDouble();
        }
    }

    [Fact]
    public void The_loss_is_added_once_for_each_call_and_not_in_inference()
    {
        using var model = new RoutedMlp(RoutedMlp.Base, seed: 1);
        using var scope = NewDisposeScope();
        using var zero = zeros(1);
        var x = Input(9, 5);
        model.call(x);
        var once = model.AddAuxiliaryLoss(zero).ToDouble();
        model.call(x);
        model.call(x);
        Assert.Equal(2 * once, model.AddAuxiliaryLoss(zero).ToDouble(), 6);
        Assert.Same(zero, model.AddAuxiliaryLoss(zero));

        using (no_grad())
        {
            model.call(x);
        }

        model.eval();
        model.call(x);
        Assert.Same(zero, model.AddAuxiliaryLoss(zero));
    }

    [Fact]
    public void An_optimizer_refuses_a_step_without_the_load_balancing_loss()
    {
        using var model = new RoutedMlp(RoutedMlp.Base, seed: 1);
        using var optimizer = model.AdamW(lr: 1e-3);
        using var scope = NewDisposeScope();
        model.call(Input(9, 5)).sum().Backward();
        var error = Assert.Throws<InvalidOperationException>(optimizer.step);
        Assert.StartsWith(
            "the load-balancing loss of Moe is in no loss: write model.AddAuxiliaryLoss(loss).Backward()", error.Message);
        Assert.DoesNotContain('\n', error.Message);

        optimizer.zero_grad();
        model.AddAuxiliaryLoss(model.call(Input(9, 5)).sum()).Backward();
        optimizer.step();

        using var free = new RoutedMlp(RoutedMlp.Base with { Balance = 0 }, seed: 1);
        using var other = free.AdamW(lr: 1e-3);
        free.call(Input(9, 5)).sum().Backward();
        other.step();
    }

    [Theory]
    [InlineData(4, 5, "Experts<Expert> activates 5 of 4 experts: it must be at most 4 (SUP118)")]
    [InlineData(4, 0, "active of a Experts<Expert> is 0: it must be at least 1 (SUP108)")]
    [InlineData(0, 1, "count of a Experts<Expert> is 0: it must be at least 1 (SUP108)")]
    public void Wrong_numbers_end_in_one_line(int experts, int active, string message) => Assert.Equal(
        message,
        Assert.Throws<SizeException>(() => new RoutedMlp(RoutedMlp.Base with { Experts = experts, Active = active })).Message);

    [Theory]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_wrong_balance_ends_in_one_line(double balance) => Assert.Equal(
        $"balance of Experts<Expert> is {balance}: it must be a finite number, at least 0",
        Assert.Throws<SizeException>(() => new RoutedMlp(RoutedMlp.Base with { Balance = balance })).Message);

    [Fact]
    public void A_wrong_input_ends_in_one_line()
    {
        using var model = new RoutedMlp(RoutedMlp.Base, seed: 1);
        using var scope = NewDisposeScope();
        Assert.Equal(
            "Experts<Expert> receives [3, 8]: its last axis must be 16 (SUP101)",
            Assert.Throws<SizeException>(() => model.Moe.call(zeros(3, 8))).Message);
    }

    [Fact]
    public void The_table_has_the_router_as_a_readout_and_each_expert_with_its_own_fan_in()
    {
        using var model = new RoutedMlp(RoutedMlp.Base with { Width = 64, Experts = 8, Density = 0.25 });
        Assert.Equal(
            ["In.weight", "In.bias", "Moe.router.weight", "Moe.0.Up.weight", "Moe.0.Up.bias", "Moe.0.Down.weight"],
            model.MuTable.Rows.Take(6).Select(static row => row.Name));
        Assert.Equal(
            model.named_parameters().Select(static p => p.name).Order(StringComparer.Ordinal),
            model.MuTable.Rows.Select(static row => row.Name).Order(StringComparer.Ordinal));

        var (router, up) = (Row("Moe.router.weight", OptimizerFamily.Adam), Row("Moe.7.Down.weight", OptimizerFamily.Adam));
        Assert.Equal((Role.Output, 1.0, 0.25), (router.Role, router.LearningRateMultiplier, router.Forward));
        Assert.Equal((0.3, 1.0), (router.InitStd, router.Density));
        Assert.Equal((Role.Hidden, 1.0, 1.0, 0.25), (up.Role, up.LearningRateMultiplier, up.Forward, up.Density));
        Assert.Equal(0.3, up.InitStd, 6);
        Assert.Equal((0.5, 0.5), (router.EpsilonMultiplier, up.EpsilonMultiplier));

        // Twice the experts: each sees half of the positions. SGD's rates make up for it, Adam's need not.
        Assert.Equal(2 * 4.0, Row("Moe.router.weight", OptimizerFamily.Sgd).LearningRateMultiplier);
        Assert.Equal(2 * 4.0, Row("Moe.0.Up.weight", OptimizerFamily.Sgd).LearningRateMultiplier);
        Assert.Equal(2 * 4.0, Row("Moe.0.Up.bias", OptimizerFamily.Sgd).LearningRateMultiplier);
        Assert.Equal(4.0, Row("Out.weight", OptimizerFamily.Sgd).LearningRateMultiplier);
        InitialStd.ThrowIfBeyond(model);

        MuRow Row(string name, OptimizerFamily family) => model.Table(family).Rows.Single(row => row.Name == name);
    }

    [Fact]
    public void Under_SP_nothing_scales_with_the_number_of_experts()
    {
        using var model = new RoutedMlp(RoutedMlp.Base with { Width = 64, Experts = 8, Rule = Rule.Standard });
        Assert.All(model.Table(OptimizerFamily.Sgd).Rows, static row => Assert.Equal(
            (1, 1, 1), (row.LearningRateMultiplier, row.EpsilonMultiplier, row.Forward)));
    }

    [Theory]
    [InlineData(Rule.SuPar, -0.2, 0.2)]
    [InlineData(Rule.Standard, -1.2, -0.8)]
    public void A_step_of_SGD_changes_experts_as_much_at_every_number_of_them_unless_the_rule_is_SP(
        Rule rule, double least, double most)
    {
        int[] numbers = [4, 8, 16, 32];
        var changes = numbers.Select(experts => Enumerable.Range(1, 2).Average(seed => ChangeBySgd(experts, seed, rule)));
        var slope = Slope([.. numbers.Zip(changes, static (x, y) => (Math.Log2(x), Math.Log2(y)))]);
        Assert.InRange(slope, least, most);
    }

    [Fact]
    public void Training_lowers_the_loss_and_reaches_every_part()
    {
        using var model = new RoutedMlp(RoutedMlp.Base with { Width = 32, Density = 0.5 }, seed: 1);
        using var optimizer = model.AdamW(lr: 1e-2);
        using var outer = NewDisposeScope();
        var before = model.ParametersByName().ToDictionary(static p => p.Key, static p => p.Value.detach().clone());
        var (x, goal) = (Input(64, 5), Input(64, 3));
        var losses = new List<double>();
        for (var step = 0; step < 60; step++)
        {
            using var scope = NewDisposeScope();
            var loss = (model.call(x) - goal).pow(2).mean();
            losses.Add(loss.ToDouble());
            model.AddAuxiliaryLoss(loss).Backward();
            optimizer.step(maxNorm: 1);
        }

        Assert.True(losses[^1] < 0.5 * losses[0], $"{losses[0]} → {losses[^1]}");
        Assert.All(model.ParametersByName(), p => Assert.False(p.Value.equal(before[p.Key]).all().ToBoolean(), p.Key));
    }

    // How much a step of the experts alone changes their output, on average. All positions have the same gradient and keep
    // their experts. There are many more dimensions than experts, so that positions of one expert are not more alike the
    // more experts there are.
    private static double ChangeBySgd(int experts, long seed, Rule rule)
    {
        using var model = new RoutedMlp(
            RoutedMlp.Base with { Width = 256, Experts = experts, Balance = 0, Sigma = 0.1, Rule = rule }, seed);
        foreach (var parameter in new[] { model.In, model.Moe.Router, model.Out }.SelectMany(static layer => layer.parameters()))
        {
            parameter.requires_grad = false;
        }

        using var optimizer = model.Sgd(lr: rule == Rule.Standard ? 0.1 : 1e-2);
        using var scope = NewDisposeScope();
        var h = Input(1024, 256);
        var before = model.Moe.call(h);
        model.Out.call(before).mean().Backward();
        optimizer.step();
        return (model.Moe.call(h) - before).abs().mean().ToDouble();
    }

    private static double Slope(IReadOnlyList<(double X, double Y)> points)
    {
        var (x, y) = (points.Average(static p => p.X), points.Average(static p => p.Y));
        return points.Sum(p => (p.X - x) * (p.Y - y)) / points.Sum(p => (p.X - x) * (p.X - x));
    }

    // All experts on all positions, weighted by gates that are zero where an expert is not chosen.
    private static (Tensor Output, Tensor Balance) ByHand(RoutedMlp model, Tensor x, int active)
    {
        var h = nn.functional.relu(nn.functional.linear(x, model.In.weight, model.In.bias)).reshape(-1, Width);
        var logits = h.matmul(model.Moe.Router.weight.t()) / (Width / 16.0);
        var threshold = logits.sort(-1, descending: true).Values.narrow(-1, active - 1, 1);
        var chosen = logits.ge(threshold).to(ScalarType.Float32);
        var all = logits.softmax(-1);
        var gates = active == 1 ? logits.sigmoid() * chosen : all * chosen / (all * chosen).sum(-1, keepdim: true);
        var y = zeros_like(h);
        foreach (var (expert, index) in model.Moe.Select(static (expert, index) => (expert, index)))
        {
            var hidden = nn.functional.gelu(nn.functional.linear(h, expert.Up.weight, expert.Up.bias));
            y += nn.functional.linear(hidden, expert.Down.weight, expert.Down.bias) * gates.narrow(-1, index, 1);
        }

        var output = (y.matmul(model.Out.weight.t()) / (Width / 16.0)) + model.Out.bias!;
        var balance = model.Moe.Count * ((chosen.mean([0]) / active).detach() * all.mean([0])).sum();
        return (output.reshape([.. x.shape[..^1], -1]), balance);
    }

    private static Tensor Kept(RoutedMlp model, string name, Tensor gradient) =>
        gradient.reshape(-1)[model.Masks[name].ToTensor(ScalarType.Bool, CPU).reshape(-1)];

    private static Tensor Input(params long[] shape)
    {
        using var generator = new Generator(7);
        return randn(shape, generator: generator);
    }

    private static void AssertClose(Tensor expected, Tensor actual, string name = "output")
    {
        var scale = Math.Max(expected.abs().max().ToDouble(), 1e-3);
        var distance = (expected - actual).abs().max().ToDouble();
        Assert.True(distance <= 1e-5 * scale, $"{name}: {distance} of {scale}");
    }
}
