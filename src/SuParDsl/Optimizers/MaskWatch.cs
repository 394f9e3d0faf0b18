using SuParDsl.Engine;
using SuParDsl.Sparsity;
using TorchSharp.Modules;

namespace SuParDsl.Optimizers;

/// <summary>
/// Detects before a step that weights were copied past the masks. Nothing else would: autograd sees no error, and training would
/// continue with a different model. Each step checks a few weights of every mask, in turn, which costs next to nothing. A copy of
/// a whole tensor is detected at once.
/// </summary>
/// <param name="weights">The sparse tensors that are stored dense, with their masks.</param>
internal sealed class MaskWatch(IEnumerable<(Parameter Weight, WeightMask Mask)> weights)
{
    // A word is 64 weights. At density 1/64, weights copied under another mask are zero in all four words once in 56 steps.
    private const int Words = 4;

    private readonly (Parameter Weight, WeightMask Mask)[] watched =
        [.. weights.Where(
            static w => w.Mask.Kept < w.Mask.Count && TensorMemory.IsFloatOnCpu(w.Weight) && w.Weight.is_contiguous())];

    private int turn;

    /// <summary>Whether any of the weights checked in this step is masked and not zero.</summary>
    public bool FindsOthers()
    {
        var at = turn++;
        foreach (var (weight, mask) in watched)
        {
            var words = Math.Min(Words, mask.Words.Length);
            var start = (int)((long)at * Words % (mask.Words.Length - words + 1));
            if (MaskedZeros.CountOthers(weight, mask, start, words) > 0)
            {
                return true;
            }
        }

        return false;
    }
}
