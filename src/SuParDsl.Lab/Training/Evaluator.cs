using SuParDsl.Lab.Data;
using SuParDsl.Lab.Parallel;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Training;

/// <summary>Measures a model on data that it was not trained on.</summary>
internal static class Evaluator
{
    /// <summary>The mean over some batches, without gradients and dropout; several ranks share them.</summary>
    public static Evaluation Measure(Model model, Loss loss, IEnumerable<Batch> batches, Device device, int step, SharedTraining? shared)
    {
        using var frozen = no_grad();
        model.eval();
        var (sum, hits, units) = (0.0, 0.0, 0L);
        using (NewDisposeScope())
        {
            foreach (var (inputs, targets) in shared?.ShareOf(batches) ?? batches)
            {
                using var scope = NewDisposeScope();
                var (outputs, expected) = (model.call(inputs.to(device)), targets.to(device));
                var weight = targets.numel();
                sum += loss.Of(outputs, expected).ToDouble() * weight;
                hits += loss.Accuracy is { } accuracy ? accuracy(outputs, expected).ToDouble() * weight : 0;
                units += weight;
            }
        }

        model.train();
        if (shared?.Sum(sum, hits, units) is [var allSum, var allHits, var allUnits])
        {
            (sum, hits, units) = (allSum, allHits, (long)allUnits);
        }

        return new(step, sum / units, units, loss.Accuracy is null ? null : hits / units);
    }
}
