using System.Globalization;
using SuParDsl.Lab.Errors;

namespace SuParDsl.Lab.Sweeps;

/// <summary>Chooses the runs of a sweep in rounds, by the results of the rounds before.</summary>
/// <param name="settings">The sweep.</param>
/// <param name="twins">The models that are trained once.</param>
/// <param name="create">Creates the tuner of a model.</param>
internal sealed class SweepSearch<TSize>(SweepSettings<TSize> settings, SweepTwins twins, Func<TunedModel, ITuner> create)
    where TSize : class
{
    // A tuner that asks this often in a row for finished values only has nothing more to ask.
    private const int MostRepeats = 1000;

    private readonly Dictionary<SweepPoint, Search> searches = [];

    /// <summary>Returns the runs of the next round; none when the search is finished.</summary>
    /// <remarks>
    /// Models whose results are those of another one are left out. The first model of each rule, method and standard deviation
    /// comes first. The others begin at its optimum.
    /// </remarks>
    /// <param name="finished">The finished runs, with those of equal models.</param>
    /// <exception cref="UserException">A tuner asks for a value that cannot be trained.</exception>
    public IReadOnlyList<SweepPoint> Next(IReadOnlyList<SweepRun> finished)
    {
        var known = finished.ToLookup(static run => run.Point.Model());
        var middle = settings.LearningRates.Order().ElementAt((settings.LearningRates.Count - 1) / 2);
        var next = new List<SweepPoint>();
        foreach (var family in settings.Models().GroupBy(static model => (model.Rule, model.Method, model.Sigma)))
        {
            var first = twins.FirstOf(family.First());
            var open = Ask(first, middle);
            next.AddRange(open);
            if (open.Count == 0)
            {
                var start = Optimum.Of(Losses(known[first]))?.Value ?? middle;
                next.AddRange(family.Skip(1).Where(twins.IsFirst).SelectMany(model => Ask(model, start)));
            }
        }

        return [.. next.Distinct()];

        IReadOnlyList<SweepPoint> Ask(SweepPoint model, double start)
        {
            if (!searches.TryGetValue(model, out var search))
            {
                search = new(create(new(model.Rule, model.Method, model.Width, model.Density, model.Sigma, start)));
                searches.Add(model, search);
            }

            return search.Next(model, [.. known[model]], settings);
        }
    }

    private static (double, double)[] Losses(IEnumerable<SweepRun> runs) =>
    [
        .. runs.GroupBy(static run => run.Point.LearningRate).OrderBy(static at => at.Key)
            .Where(static at => at.All(static run => run.Loss is not null))
            .Select(static at => (at.Key, at.Average(static run => run.Loss!.Value))),
    ];

    private sealed class Search(ITuner tuner)
    {
        private readonly HashSet<double> told = [];

        private string Name => $"the tuner {tuner.GetType().Name}";

        // What the tuner has asked for last and was not told yet.
        private List<double> asked = [];
        private bool isDone;

        public IReadOnlyList<SweepPoint> Next(SweepPoint model, IReadOnlyList<SweepRun> known, SweepSettings<TSize> settings)
        {
            var values = known.GroupBy(static run => run.Point.LearningRate).OrderBy(static at => at.Key)
                .ToDictionary(static at => at.Key, static at => at.ToList());

            // Complete values that some seeds have: those of a stopped round, or of a sweep with fewer seeds.
            var open = Missing(values.Keys.Concat(asked));
            if (open.Count > 0 || isDone)
            {
                return open;
            }

            values.Keys.Except(asked).Where(told.Add).ToList().ForEach(Tell);
            for (var repeats = 0; repeats < MostRepeats; repeats++)
            {
                asked.ForEach(Tell);
                asked = [.. OwnCode.Call(Name, tuner.Ask).Select(Known).DistinctBy(SweepPoint.Text)];
                asked.ForEach(Require);
                told.UnionWith(asked);
                open = Missing(asked);
                if (asked.Count == 0 || open.Count > 0)
                {
                    break;
                }
            }

            isDone = open.Count == 0;
            return open;

            // A rate that differs by less than the names of runs do is the same.
            double Known(double rate) =>
                values.Keys.FirstOrDefault(known => SweepPoint.Text(known) == SweepPoint.Text(rate), rate);

            void Tell(double value) => OwnCode.Call(Name, () =>
            {
                tuner.Tell(new(
                    value, [.. values[value].Where(static run => run.Loss is not null).Select(static run => run.Loss!.Value)],
                    values[value].Count(static run => run.Loss is null)));
                return true;
            });

            List<SweepPoint> Missing(IEnumerable<double> rates) =>
            [
                .. from rate in rates.Distinct()
                   from seed in Enumerable.Range(1, settings.Seeds)
                   where !values.TryGetValue(rate, out var runs) || runs.All(run => run.Point.Seed != seed)
                   select model with { LearningRate = rate, Seed = seed },
            ];

            void Require(double rate)
            {
                if (!(rate > 0 && double.IsFinite(rate)))
                {
                    throw new UserException(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{Name} asks for the learning rate {rate}: it must be finite and above 0"));
                }

                settings.Training.RequireFinalRate(rate);
            }
        }
    }
}
