using System.Globalization;
using SuParDsl.Lab.Tests.OwnModels;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Tests.Handlers;

/// <summary>The learning-rate range test.</summary>
public sealed class FindLrTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void It_suggests_a_rate_at_which_the_loss_falls()
    {
        var (code, output, error) = Run("--out", folder["find"], "--steps", "60");
        Assert.Equal((0, string.Empty), (code, error));
        var rows = File.ReadAllLines(folder["find/find-lr.csv"]).Skip(1).Select(static line => line.Split(','))
            .Select(static row => (Rate: Number(row[0]), Loss: Number(row[1]))).ToList();
        Assert.Equal(Math.Pow(2, -16), rows[0].Rate, 9);
        Assert.True(rows.Min(static row => row.Loss) < 0.8 * rows[0].Loss);
        Assert.Matches(@"the loss falls fastest at 2\^-\d+\.\d\d, is smallest at 2\^-\d+\.\d\d, and d", output);
        Assert.Matches(@"Curve sweep --refine --lrs \S+ .*--densities 1/2.* --batch 8.* --out sweeps/Curve\n", output);
        Assert.Matches(@"Curve train --lr \S+ .*--density 1/2.* --batch 8", output);
        Assert.DoesNotContain("--steps", output);
        Assert.True(File.Exists(folder["find/find-lr.svg"]));
        Assert.True(File.Exists(folder["find/options.json"]));
    }

    [Fact]
    public void A_loss_that_never_falls_suggests_none()
    {
        Loss constant = new(static (outputs, _) => (outputs.mean() * 0) + 1) { AnyShapes = true };
        var (code, _, error) = CommandLine.Catch(() => Lab.Run(
            ["find-lr", "--steps", "8", "--batch", "8", "--threads", "1", "--out", folder["find"]],
            CurveProgram.Example with { Loss = constant }));
        Assert.Equal(1, code);
        Assert.Equal(
            "error: the loss does not fall at any of these learning rates: take others (--from-lr, --to-lr) or more --steps",
            error.Trim());
        Assert.Equal(
            "error: --from-lr is 1: it must be below --to-lr, which is 1/2",
            Run("--from-lr", "1", "--to-lr", "1/2").Error.Trim());
    }

    [Fact]
    public void A_loss_below_zero_is_tested_to_the_last_rate()
    {
        Loss below = new(static (outputs, targets) => (outputs - targets).square().mean() - 5);
        var (code, _, error) = CommandLine.Catch(() => Lab.Run(
            ["find-lr", "--density", "1/2", "--batch", "8", "--threads", "1", "--steps", "60", "--to-lr", "2^-6",
             "--out", folder["find"]],
            CurveProgram.Example with { Loss = below }));
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Equal(61, File.ReadAllLines(folder["find/find-lr.csv"]).Length);
    }

    [Fact]
    public void The_steepest_fall_is_over_an_octave_on_both_sides()
    {
        // The loss falls by 1 per octave from 2^-8 to 2^-4, and rises after 2^-3.
        var test = new RangeTest(
            [.. Enumerable.Range(-48, 40).Select(static i => i / 4.0).Select(static x => new RangeStep(
                Math.Pow(2, x), x < -8 ? 5 : x < -4 ? -3 - x : x < -3 ? 1 : 4 + x))],
            Diverged: null);
        Assert.InRange(Math.Log2(test.Steepest!.LearningRate), -7, -5);
        Assert.Null(new RangeTest([new(1, 2), new(2, 3)], null).Steepest);
        Assert.Null(new RangeTest([], 0.1).Steepest);
        Assert.Null(new RangeTest([new(1, 2)], null).Steepest);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static (int Code, string Output, string Error) Run(params string[] more) => CommandLine.Catch(
        () => Lab.Run(["find-lr", "--density", "1/2", "--batch", "8", "--threads", "1", .. more], CurveProgram.Example));
}
