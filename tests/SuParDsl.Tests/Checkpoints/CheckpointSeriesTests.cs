using System.Collections.Immutable;
using SuParDsl.Checkpoints;
using SuParDsl.Tests.Storages;

namespace SuParDsl.Tests.Checkpoints;

public sealed class CheckpointSeriesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("supardsl-").FullName;
    private readonly HandMadeMlp model = new(20, 0.3);
    private readonly MuOptimizer optimizer;

    public CheckpointSeriesTests() => optimizer = model.AdamW(lr: 0.01);

    public void Dispose()
    {
        optimizer.Dispose();
        model.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void The_last_ones_and_the_best_are_kept()
    {
        var series = new CheckpointSeries(Path.Combine(folder, "checkpoints"), keep: 2);
        foreach (var (step, loss) in ((int, double?)[])[(10, 3.0), (20, 1.5), (30, null), (40, 2.0), (50, double.NaN)])
        {
            Save(series, step, loss);
        }

        Assert.Equal([20, 40, 50], series.Steps);
        Assert.Equal(20, series.Best());
        Save(series, 60, 1.0);
        Assert.Equal([50, 60], series.Steps);
    }

    [Fact]
    public void Leftovers_of_a_killed_program_are_removed_and_never_count()
    {
        var series = new CheckpointSeries(folder, keep: 3);
        Save(series, 1, null);
        Directory.CreateDirectory(series.Of(2) + ".0123.tmp");
        Directory.CreateDirectory(Path.Combine(folder, "step-one"));

        Assert.Equal([1], series.Steps);
        Save(series, 3, null);
        Assert.Equal([1, 3], series.Steps);
        Assert.False(Directory.Exists(series.Of(2) + ".0123.tmp"));
    }

    [Fact]
    public void Something_must_be_kept() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CheckpointSeries(folder, keep: 0));

    private void Save(CheckpointSeries series, int step, double? loss) =>
        series.Save(model, optimizer, new(step, loss, ImmutableDictionary<string, string>.Empty));
}
