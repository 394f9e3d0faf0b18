using SuParDsl.Sparsity;

using static TorchSharp.torch;

namespace SuParDsl.Optimizers;

/// <summary>
/// Transfers an optimizer's state to other masks or another storage. A weight that is kept before and after keeps its moments. A
/// weight that is kept only afterwards starts with moments of zero, as RigL's regrown weights do (arXiv 1911.11134).
/// </summary>
internal static class StateTransfer
{
    /// <summary>Transfers one tensor's state, including its step count.</summary>
    /// <param name="from">The old state.</param>
    /// <param name="before">The old mask; null for a dense tensor.</param>
    /// <param name="to">The new state, which is written.</param>
    /// <param name="after">The new mask; null for a dense tensor.</param>
    public static void Transfer(TensorState from, WeightMask? before, TensorState to, WeightMask? after)
    {
        to.Restart(from.Steps());
        foreach (var (old, moment) in from.Moments().Zip(to.Moments()))
        {
            if (before is null || after is null || (ReferenceEquals(before, after) && old.numel() == moment.numel()))
            {
                moment.copy_(old.view(moment.shape));
            }
            else
            {
                moment.copy_(tensor(Carried(TensorNumbers.Of(old), before, after, (int)moment.numel()), moment.shape));
            }
        }
    }

    /// <summary>
    /// Converts the values of the weights kept before, dense or packed, to <paramref name="count"/> values of those kept after.
    /// </summary>
    private static float[] Carried(float[] old, WeightMask before, WeightMask after, int count)
    {
        var result = new float[count];
        var (isPacked, packs) = (old.Length < before.Count, count < after.Count);
        var place = 0;
        using var kept = before.Positions().GetEnumerator();
        var any = kept.MoveNext();
        var packedPlace = 0;
        foreach (var position in after.Positions())
        {
            for (; any && kept.Current < position; any = kept.MoveNext())
            {
                packedPlace++;
            }

            if (any && kept.Current == position)
            {
                result[packs ? place : position] = old[isPacked ? packedPlace : position];
            }

            place++;
        }

        return result;
    }
}
