using SuParDsl.Lab.Data;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Training;

/// <summary>Measures a model on data that it was not trained on.</summary>
internal static class Evaluator
{
    /// <summary>The mean over some batches, without gradients and dropout.</summary>
    public static Evaluation Measure(Model model, Loss loss, IEnumerable<Batch> batches, Device device, int step)
    {
        using var frozen = no_grad();
        model.eval();
        var (sum, hits, units) = (0.0, 0.0, 0L);
        using (NewDisposeScope())
        {
            foreach (var (inputs, targets) in batches)
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
        return new(step, sum / units, units, loss.Accuracy is null ? null : hits / units);
    }
}
