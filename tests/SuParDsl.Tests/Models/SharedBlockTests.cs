using static TorchSharp.torch;

namespace SuParDsl.Tests.Models;

/// <summary>One block in two models with different bases, and parallel branches in one residual add.</summary>
public class SharedBlockTests
{
    [Fact]
    public void Each_model_gives_the_block_its_own_bases()
    {
        using var narrow = new Narrow(32, 4);
        using var wide = new Wide(32, 4);

        Assert.All(
            narrow.Tensors.Where(static t => t.Role == Role.Hidden),
            static t => Assert.Equal((2.0, 2.0), (t.FanIn.Multiplier, t.DepthMultiplier!.Value)));
        Assert.All(
            wide.Tensors.Where(static t => t.Role == Role.Hidden),
            static t => Assert.Equal((0.5, 0.5), (t.FanIn.Multiplier, t.DepthMultiplier!.Value)));
        Assert.Equal(narrow.Tensors.Select(static t => t.Name), wide.Tensors.Select(static t => t.Name));
        Assert.Contains("Blocks.3.Mlp.Down.weight", narrow.Tensors.Select(static t => t.Name));
    }

    [Fact]
    public void Both_branches_of_one_add_are_scaled_with_depth()
    {
        using var model = new Narrow(32, 8);
        using var scope = NewDisposeScope();
        var x = ForwardTests.Input(2, 3, 32);
        model.Initialize(5);

        var expected = x;
        foreach (var block in model.Blocks)
        {
            var h = block.Norm.call(expected);
            expected = expected + (block.Attn.call(h, h) / 4) + (block.Mlp.call(block.Other.call(expected)) / 4);
        }

        ForwardTests.AssertClose(expected, model.call(x));
        ForwardTests.AssertClose(1000 * (expected - x), 1000 * (model.call(x) - x));
    }
}
