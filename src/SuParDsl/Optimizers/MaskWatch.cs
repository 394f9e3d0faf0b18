using SuParDsl.Engine;
using TorchSharp.Modules;

namespace SuParDsl;

/// <summary>
/// Notices before a step that weights were copied past the masks, which nothing else does: autograd sees no error in it, and the model
/// that trains on is another one. Each step looks at a few weights of every mask, in turn, so that it costs nothing beside the step;
/// a copy of a whole tensor is noticed at once.
/// </summary>
/// <param name="weights">The tensors that are stored whole, with their masks.</param>
internal sealed class MaskWatch(IEnumerable<(Parameter Weight, WeightMask Mask)> weights)
{
    // Of 64 weights each. At density 1/64 a copy under another mask is zero in all of them once in 56 steps.
    private const int Words = 4;

    private readonly (Parameter Weight, WeightMask Mask)[] watched =
        [.. weights.Where(static w => w.Mask.Kept < w.Mask.Count && TensorMemory.IsFloatOnCpu(w.Weight) && w.Weight.is_contiguous())];

    private int turn;

    /// <summary>Whether one of the weights that are looked at this time is masked and not zero.</summary>
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
