using SuParDsl.Lab.Data;
using SuParDsl.Lab.Parallel;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Training;

/// <summary>Measures a model on data that it was not trained on.</summary>
internal static class Evaluator
{
    /// <summary>
    /// Measures the mean loss over the counted targets of some batches, without gradients and dropout. Several ranks divide the
    /// batches among themselves.
    /// </summary>
    /// <exception cref="UserException">
    /// The batches have no counted target, or outputs and targets do not fit the loss.
    /// </exception>
    public static Evaluation Measure(Model model, Loss loss, IEnumerable<Batch> batches, Device device, int step, SharedTraining? shared)
    {
        using var frozen = no_grad();
        model.eval();
        var (sum, hits, units) = (0.0, 0.0, 0L);
        using (NewDisposeScope())
        {
            foreach (var (inputs, targets) in shared?.ShardOf(batches) ?? batches)
            {
                using var scope = NewDisposeScope();
                var (outputs, expected) = (model.call(inputs.to(device)), targets.to(device));
                var weight = loss.Counted(targets);
                if (weight > 0)
                {
                    sum += loss.Measure(outputs, expected).ToDouble() * weight;
                    hits += (loss.MeasureAccuracy(outputs, expected)?.ToDouble() ?? 0) * weight;
                    units += weight;
                }
            }
        }

        model.train();
        if (shared?.Sum(sum, hits, units) is [var allSum, var allHits, var allUnits])
        {
            (sum, hits, units) = (allSum, allHits, (long)allUnits);
        }

        if (units == 0 && loss.IgnoreIndex is { } ignored)
        {
            throw new UserException(
                "no target of the validation data counts: "
                + $"all of them are {ignored}, which the loss ignores");
        }

        return new(step, sum / units, units, loss.Accuracy is null ? null : hits / units);
    }
}
