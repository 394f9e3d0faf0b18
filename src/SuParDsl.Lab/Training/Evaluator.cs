using System.Collections.Immutable;
using SuParDsl.Lab.Data;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Training;

/// <summary>Measures a model on data that it was not trained on.</summary>
/// <param name="model">The model.</param>
/// <param name="data">The validation data.</param>
/// <param name="loss">The loss.</param>
/// <param name="options">The training options: the batch and its micro-batches.</param>
/// <param name="device">The model's device.</param>
/// <param name="group">The processes that divide the batches among themselves.</param>
internal sealed class Evaluator(
    IModel model, OpenData data, Loss loss, TrainingOptions options, Device device, TrainingGroup group)
{
    /// <summary>Measures the mean loss over the counted targets of some batches, without gradients and dropout.</summary>
    /// <param name="step">The number of steps done.</param>
    /// <param name="batches">The number of batches.</param>
    /// <exception cref="UserException">
    /// The batches have no counted target, or outputs and targets do not fit the loss.
    /// </exception>
    public Evaluation Measure(int step, int batches)
    {
        group.AverageStatistics();
        var parts = data.Validation(options.Batch, batches).SelectMany(batch => batch.Chunk(options.Accumulate));
        var (sum, hits, units, metrics) = Sums(group.ShardOf(parts));
        var all = group.Sum([sum, hits, units, .. metrics]);
        if (all[2] == 0 && loss.IgnoreIndex is { } ignored)
        {
            throw new UserException(
                "no target of the validation data counts: "
                + $"all of them are {ignored}, which the loss ignores");
        }

        // After divergence the metrics are NaN or infinite as the loss is.
        var mean = all[0] / all[2];
        return new(step, mean, (long)all[2], !loss.HasAccuracy ? null : all[1] / all[2])
        {
            Metrics = loss.Metrics.Index().ToImmutableDictionary(
                static metric => metric.Item.Name,
                metric => all[3 + metric.Index] / all[2] is var value && double.IsFinite(mean)
                    ? metric.Item.Finite(value, step) : value),
        };
    }

    private (double Loss, double Hits, long Units, double[] Metrics) Sums(IEnumerable<Batch> batches)
    {
        using var frozen = no_grad();
        model.eval();
        var (sum, hits, units, metrics) = (0.0, 0.0, 0L, new double[loss.Metrics.Count]);
        using (NewDisposeScope())
        {
            foreach (var batch in batches)
            {
                using var scope = NewDisposeScope();
                var here = batch.To(device);
                var (outputs, expected) = (here.Run(model), here.Targets);
                var weight = loss.Counted(batch.Targets);
                if (weight > 0)
                {
                    sum += loss.Measure(outputs, expected).ToDouble() * weight;
                    hits += (loss.MeasureAccuracy(outputs, expected)?.ToDouble() ?? 0) * weight;
                    units += weight;
                    foreach (var (index, metric) in loss.Metrics.Index())
                    {
                        metrics[index] += metric.Measure(outputs, expected, loss.AnyShapes) * weight;
                    }
                }
            }
        }

        model.train();
        return (sum, hits, units, metrics);
    }
}
