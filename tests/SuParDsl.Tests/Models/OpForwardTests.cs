using static TorchSharp.torch;

namespace SuParDsl.Tests.Models;

/// <summary>
/// Tests what the flow language has no operation for: ops, foreign modules and a forward written by hand.
/// </summary>
public class OpForwardTests
{
    [Fact]
    public void Ops_and_foreign_modules_equal_a_hand_written_one()
    {
        using var model = new Mixed(Mixed.Base with { Width = 16, Layers = 1, Density = 0.5 }, seed: 6);
        using var scope = NewDisposeScope();
        var x = ForwardTests.Input(2, 7, 3);

        // m_d = 16/32 and m_L = 1/2: branches are doubled, the readout too.
        var h = x.matmul(model.In.weight.t()) + model.In.bias!;
        var mix = model.Mixes[0];
        var n = Norm(h, mix.Norm);
        var slow = nn.functional.gelu(n.matmul(mix.Wide.weight.t()) + mix.Wide.bias!).matmul(mix.Narrow.weight.t())
            + mix.Narrow.bias!;
        var fast = FftMixer.RealFourier(7).matmul(n.roll(1, 1)).matmul(mix.Fft.kernel.t()) * mix.Fft.gain;
        h = h + (2 * ((slow * 0.5) + (fast * 0.5)));
        var hand = model.Hands[0];
        n = Norm(h, hand.Norm);
        h = h + (2 * cumsum(n.matmul(hand.A.weight.t()) + hand.A.bias!, 1) * sigmoid(n.matmul(hand.B.weight.t()) + hand.B.bias!));
        var expected = (h.matmul(model.Head.weight.t()) * 2) + model.Head.bias!;

        ForwardTests.AssertClose(expected, model.call(x));

        static Tensor Norm(Tensor x, RmsNorm norm) => x / (x.pow(2).mean([-1], keepdim: true) + 1e-5).sqrt() * norm.weight;
    }

    /// <summary>
    /// A foreign matrix is hidden: with m_d = 2, it has std σ/√2 and LR 1/2. The vector keeps the values that the module
    /// gave it.
    /// </summary>
    [Fact]
    public void A_foreign_module_has_rows_in_the_table()
    {
        using var model = new Mixed(Mixed.Base with { Width = 64 });

        var matrix = model.MuTable.Rows.Single(static row => row.Name == "Mixes.1.Fft.kernel");
        Assert.Equal(Role.Hidden, matrix.Role);
        Assert.Equal(0.02 / Math.Sqrt(2), matrix.InitStd, 1e-12);
        Assert.Equal(0.5, matrix.LearningRateMultiplier, 1e-12);
        Assert.Equal(0.02 / Math.Sqrt(2), model.Mixes[1].Fft.kernel.std().ToDouble(), 0.001);
        Assert.Equal(Role.Vector, model.MuTable.Rows.Single(static row => row.Name == "Mixes.1.Fft.gain").Role);
        Assert.Equal(0.5, model.Mixes[1].Fft.gain.max().ToDouble());
        Assert.Equal(model.parameters().Count(), model.MuTable.Rows.Length);
    }
}
