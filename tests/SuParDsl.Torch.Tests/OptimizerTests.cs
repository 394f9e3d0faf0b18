using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl.Torch.Tests;

public class OptimizerTests
{
    private static Parameter Start() => nn.Parameter(tensor([1f, -2f]));

    private static void Pull(Parameter p, int step)
    {
        p.grad?.zero_();
        (p * p * step).sum().backward();
    }

    // The formulas in plain doubles, one element at a time.
    private static double[] Adam(double decay, bool decoupled, int steps)
    {
        double[] x = [1, -2], m = [0, 0], v = [0, 0];
        for (int t = 1; t <= steps; t++)
            for (int k = 0; k < 2; k++)
            {
                double g = 2 * x[k] * t;
                if (decoupled) x[k] *= 1 - 0.1 * decay;
                else g += decay * x[k];
                m[k] = 0.9 * m[k] + 0.1 * g;
                v[k] = 0.99 * v[k] + 0.01 * g * g;
                x[k] -= 0.1 / (1 - Math.Pow(0.9, t)) * m[k] / (Math.Sqrt(v[k]) / Math.Sqrt(1 - Math.Pow(0.99, t)) + 1e-8);
            }
        return x;
    }

    [Fact]
    public void AdamWDecaysApart()
    {
        var p = Start();
        using var optimizer = optim.AdamW([p], 0.1, 0.9, 0.99, weight_decay: 0.3);
        for (int t = 1; t <= 5; t++) { Pull(p, t); optimizer.step(); }
        Values.Are(p, Adam(0.3, true, 5));
    }

    [Fact]
    public void AdamDecaysThroughTheGradient()
    {
        var p = Start();
        using var optimizer = optim.Adam([p], 0.1, 0.9, 0.99, weight_decay: 0.3);
        for (int t = 1; t <= 5; t++) { Pull(p, t); optimizer.step(); }
        Values.Are(p, Adam(0.3, false, 5));
    }

    [Fact]
    public void AmsgradKeepsTheLargestMoment()
    {
        var p = Start();
        using var optimizer = optim.AdamW([p], amsgrad: true);
        Pull(p, 10);
        optimizer.step();
        var state = (AdamW.State)optimizer.state_dict().State[0];
        var largest = state.max_exp_avg_sq!.clone();
        p.grad!.zero_();
        optimizer.step();
        Assert.True(state.max_exp_avg_sq!.Equals(largest));
    }

    [Fact]
    public void SgdWithNesterovMomentum()
    {
        var p = Start();
        using var optimizer = optim.SGD([p], 0.1, momentum: 0.5, weight_decay: 0.2, nesterov: true);
        double[] x = [1, -2], b = [0, 0];
        for (int t = 1; t <= 3; t++)
        {
            Pull(p, 1);
            optimizer.step();
            for (int k = 0; k < 2; k++)
            {
                double g = 2 * x[k] + 0.2 * x[k];
                b[k] = t == 1 ? g : 0.5 * b[k] + g;
                x[k] -= 0.1 * (g + 0.5 * b[k]);
            }
        }
        Values.Are(p, x);
    }

    [Fact]
    public void GroupsHaveTheirOwnRatesAndSchedulersKeepTheRatios()
    {
        Parameter a = Start(), b = Start();
        AdamW.ParamGroup[] groups = [new([a], lr: 0.1), new() { Parameters = [b], Options = new() { LearningRate = 0.01 } }];
        using var optimizer = optim.AdamW(groups);
        var plan = optim.lr_scheduler.LambdaLR(optimizer, step => 1.0 / (1 + step));
        Assert.Equal([0.1, 0.01], optimizer.ParamGroups.Select(g => g.LearningRate));
        plan.step();
        Assert.Equal([0.05, 0.005], optimizer.ParamGroups.Select(g => g.LearningRate));
        Assert.Equal(0.9, ((AdamW.ParamGroup)optimizer.ParamGroups.Last()).Betas.Item1);
        var cosine = optim.lr_scheduler.CosineAnnealingLR(optim.SGD([a], 1.0), 10);
        for (int k = 0; k < 5; k++) cosine.step();
        Assert.Equal(0.5, cosine.get_last_lr().Single(), 6);
        var stairs = optim.lr_scheduler.StepLR(optim.SGD([a], 1.0), 2, 0.1);
        stairs.step();
        stairs.step();
        Assert.Equal(0.1, stairs.get_last_lr().Single(), 6);
    }

    [Fact]
    public void StatesTravel()
    {
        Parameter a = Start(), b = Start();
        using var one = optim.AdamW([a]);
        using var other = optim.AdamW([b]);
        Pull(a, 1);
        one.step();
        other.load_state_dict(one.state_dict());
        Assert.True(other.state_dict().State[0].ApproximatelyEquals(one.state_dict().State[0]));
    }

    [Fact]
    public void StatesSurviveFiles()
    {
        Parameter a = Start(), b = Start();
        using var one = optim.AdamW([a], amsgrad: true);
        using var other = optim.AdamW([b], lr: 7);
        Pull(a, 1);
        one.step();
        using var stream = new MemoryStream();
        one.save_state_dict(new BinaryWriter(stream));
        stream.Position = 0;
        other.load_state_dict(new BinaryReader(stream));
        Assert.True(other.state_dict().State[0].ApproximatelyEquals(one.state_dict().State[0]));
        Assert.Equal(1e-3, other.ParamGroups.Single().LearningRate);
        stream.Position = 0;
        Assert.Throws<InvalidDataException>(() => optim.SGD([a], 1).load_state_dict(new BinaryReader(stream)));
    }

    [Fact]
    public void ClippingScalesToTheNorm()
    {
        var p = Start();
        p.grad = tensor([3f, 4f]);
        Assert.Equal(5, nn.utils.clip_grad_norm_([p], 1), 5);
        Values.Are(p.grad!, 0.6, 0.8);
    }

    [Fact]
    public void StepsLeakNothing()
    {
        var p = Start();
        using var optimizer = optim.AdamW([p]);
        Pull(p, 1);
        optimizer.step();
        long before = Live.Objects();
        for (int k = 0; k < 500; k++) optimizer.step();
        Assert.Equal(before, Tensor.TotalCount);
    }
}
