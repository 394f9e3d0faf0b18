using System.Globalization;

namespace SuParDsl.Lab.Sweeps;

/// <summary>Which runs a sweep trains, in rounds.</summary>
internal interface ISweepPlan
{
    /// <summary>Returns the runs of the next round; none when all are finished.</summary>
    List<SweepPoint> Next(SweepFolder folder);

    /// <summary>Returns a line about a round; null for none.</summary>
    /// <param name="folder">The sweep's folder.</param>
    /// <param name="round">The number of the round, from 1.</param>
    /// <param name="runs">Its runs.</param>
    string? Describe(SweepFolder folder, int round, IReadOnlyList<SweepPoint> runs);

    /// <summary>Returns the runs that were asked for in all rounds so far, and in earlier sweeps of a search's folder.</summary>
    List<SweepPoint> Asked(SweepFolder folder);
}

/// <summary>All runs of a grid, or a part of them, in one round.</summary>
/// <param name="points">All runs of the grid.</param>
/// <param name="twins">The models that are trained once.</param>
/// <param name="shard">The part of the runs.</param>
internal sealed class GridPlan(List<SweepPoint> points, SweepTwins twins, Shard shard) : ISweepPlan
{
    /// <inheritdoc/>
    public List<SweepPoint> Next(SweepFolder folder) =>
        [.. shard.Of(points.Where(twins.IsFirst)).Where(point => !folder.Has(point))];

    /// <inheritdoc/>
    public string? Describe(SweepFolder folder, int round, IReadOnlyList<SweepPoint> runs) => round > 1 ? null
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{points.Count} runs, {points.Count(folder.Has)} of them finished before, {runs.Count} to do here");

    /// <inheritdoc/>
    public List<SweepPoint> Asked(SweepFolder folder) => points;
}

/// <summary>The runs that a search chooses by the results of the rounds before.</summary>
/// <param name="next">Chooses the runs by the finished ones.</param>
/// <param name="without">Returns those of some runs that are no part of the sweep.</param>
internal sealed class SearchPlan(
    Func<IReadOnlyList<SweepRun>, IReadOnlyList<SweepPoint>> next,
    Func<IReadOnlyList<SweepPoint>, IReadOnlyList<SweepPoint>> without) : ISweepPlan
{
    private IReadOnlyList<SweepPoint> last = [];

    /// <inheritdoc/>
    public List<SweepPoint> Next(SweepFolder folder)
    {
        // A round that was stopped is finished first, so that the search goes on as it would have. Runs that it chose with other
        // settings, such as further densities, are left out.
        var chosen = folder.Chosen();
        var open = chosen.Except(without(chosen)).Where(point => !folder.Has(point)).ToList();
        last = open.Count > 0 ? open : next(folder.Finished());
        folder.Choose(last);
        return [.. last];
    }

    /// <inheritdoc/>
    public string? Describe(SweepFolder folder, int round, IReadOnlyList<SweepPoint> runs)
    {
        var (finished, models) = (folder.Finished().Count, runs.Select(static run => run.Model()).Distinct().Count());
        return runs.Count == 0
            ? string.Create(CultureInfo.InvariantCulture, $"the search is finished: {finished} runs")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"round {round}: {runs.Count} runs of {models} models to do, {finished} runs finished before");
    }

    /// <inheritdoc/>
    public List<SweepPoint> Asked(SweepFolder folder) => [.. folder.Finished().Select(static run => run.Point).Union(last)];
}
