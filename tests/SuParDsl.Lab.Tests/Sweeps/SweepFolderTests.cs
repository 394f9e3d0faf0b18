using SuParDsl.Lab.Sweeps;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Tests.Sweeps;

/// <summary>Several processes can write results to one folder.</summary>
public sealed class SweepFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Twins_may_be_shared_by_several_at_once()
    {
        folder.Write("sweep.json", "{}");
        Directory.CreateDirectory(folder["runs"]);
        var sweep = SweepFolder.Existing(folder.Path);
        var run = new SweepRun(new(Rule.MuP, null, 1, null, 0.01, 1), Outcome.Complete, 1.5, 4, 0.1);
        var files = sweep.Begin(run.Point);
        File.WriteAllText(Path.Combine(files, "metrics.csv"), "step");
        File.WriteAllText(Path.Combine(files, "events"), "none");
        sweep.Add(run);

        var twins = Enumerable.Range(2, 40).Select(seed => run.Point with { Rule = Rule.SuPar, Seed = seed }).ToArray();
        foreach (var twin in twins)
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => sweep.AddTwin(run, twin))));
        }

        Assert.All(twins, twin => Assert.Equal(
            ["events", "metrics.csv"],
            Directory.GetFiles(folder["runs/" + twin.Id]).Select(Path.GetFileName).Order(StringComparer.Ordinal)));
        Assert.Equal(41, sweep.Finished().Count);
        Assert.Equal(["runs"], Directory.GetDirectories(folder.Path).Select(Path.GetFileName));
    }
}
