using SuParDsl;
using SuParDsl.Checks;
using SuParDsl.Optimizers;
using TorchSharp;
using Xunit;

namespace SuParLab.Tests;

public sealed class NetTests
{
    // The sizes of the check differ by a factor of 8, so that a wrong multiplier gives a slope of about 1/2 or 1.
    [Fact]
    public void Activations_keep_their_size_in_a_wider_network() =>
        Check(Net.Base with { Width = 64 }, Net.Base with { Width = 512 });

    [Fact]
    public void Activations_keep_their_size_in_a_sparser_network() =>
        Check(Net.Base with { Width = 512 }, Net.Base with { Width = 512, Density = 1 / 8.0 });

    [Fact]
    public void The_loss_falls()
    {
        using var net = new Net(Net.Base with { Density = 1 / 4.0 }, seed: 1);
        using var optimizer = net.AdamW(lr: 1e-2);
        double first = 0, last = 0;
        for (var step = 0; step < 100; step++)
        {
            using var scope = torch.NewDisposeScope();
            var batch = Spirals.Points(128, step);
            var loss = Functional.CrossEntropy(net.call(batch.Inputs), batch.Targets);
            loss.Backward();
            optimizer.step(maxNorm: 1.0);
            last = loss.ToDouble();
            first = step == 0 ? last : first;
        }

        Assert.InRange(last, 0, first / 2);
    }

    private static void Check(params Net.Size[] sizes)
    {
        var report = CoordinateCheck.Run<Net, Net.Size>(
            sizes,
            static step => Spirals.Points(256, step) is var batch ? (batch.Inputs, batch.Targets) : default,
            static (output, target) => Functional.CrossEntropy(output, target),
            steps: 5,
            seeds: 10);

        // The logits of an untrained network may shrink with the width, so they are left out (arXiv 2203.03466, appendix D.2).
        var hidden = report.Points.Where(static point => point.Layer is not (nameof(Net.Out) or "output"));
        new CoordinateReport(report.Axis, [.. hidden]).ThrowIfSlopeAbove(0.3);
    }
}
