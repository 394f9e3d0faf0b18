using SuParDsl.Lab.Data;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Training;

/// <summary>How tokens are chosen from a model's predictions.</summary>
/// <param name="Length">The number of tokens to choose.</param>
/// <param name="Temperature">The divisor of the logits; 0 always chooses the likeliest token.</param>
/// <param name="TopK">The number of likeliest tokens to choose from; 0 for all.</param>
/// <param name="Seed">The seed of the random choices.</param>
internal sealed record Sampling(int Length, double Temperature, int TopK, long Seed);

/// <summary>Continues a sequence of tokens with a language model.</summary>
internal static class TextGenerator
{
    /// <summary>The prompt and its continuation, which is shorter than requested if the caller asks to stop.</summary>
    public static List<int> Continue(
        Model model, IReadOnlyList<int> prompt, int context, Sampling sampling, Device device, CancellationToken stop)
    {
        using var frozen = no_grad();
        model.eval();
        var ids = new List<int>(prompt);
        for (var i = 0; i < sampling.Length && !stop.IsCancellationRequested; i++)
        {
            ids.Add(Choose(Logits(model, ids, context, device), sampling, i));
        }

        return ids;
    }

    /// <summary>Chooses a token.</summary>
    /// <param name="logits">A logit for every token.</param>
    /// <param name="sampling">How to choose.</param>
    /// <param name="position">The index of the choice within the sample.</param>
    internal static int Choose(ReadOnlySpan<float> logits, Sampling sampling, int position)
    {
        var order = Enumerable.Range(0, logits.Length).ToArray();
        var keys = logits.ToArray();
        Array.Sort(keys, order);
        Array.Reverse(keys);
        Array.Reverse(order);
        if (sampling.Temperature == 0)
        {
            return order[0];
        }

        var considered = sampling.TopK > 0 ? Math.Min(sampling.TopK, keys.Length) : keys.Length;
        var weights = keys.Take(considered).Select(logit => Math.Exp((logit - keys[0]) / sampling.Temperature)).ToArray();
        var rest = SplitMix.Uniform(sampling.Seed, position, 0) * weights.Sum();
        for (var i = 0; i < considered; i++)
        {
            rest -= weights[i];
            if (rest < 0)
            {
                return order[i];
            }
        }

        return order[0];
    }

    private static float[] Logits(Model model, List<int> ids, int context, Device device)
    {
        using var scope = NewDisposeScope();
        var window = ids.TakeLast(context).Select(static id => (long)id).ToArray();
        var logits = model.call(tensor(window, [1, window.Length], device: device));
        return [.. logits[0, window.Length - 1].cpu().data<float>()];
    }
}
