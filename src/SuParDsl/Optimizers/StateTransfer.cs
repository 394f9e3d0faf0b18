using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// Carries what an optimizer remembers over to other masks or another storage: a weight that is kept before and after goes
/// on; one that is kept only afterwards begins with moments of zero, as RigL's regrown weights do (arXiv 1911.11134).
/// </summary>
internal static class StateTransfer
{
    /// <summary>One tensor's state. Its step count goes on.</summary>
    /// <param name="from">The state that was.</param>
    /// <param name="before">The mask that was; null of a dense tensor.</param>
    /// <param name="to">The state to be.</param>
    /// <param name="after">The mask that is.</param>
    public static void Carry(TensorState from, WeightMask? before, TensorState to, WeightMask? after)
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
                moment.copy_(tensor(Carried(ModelWeights.NumbersOf(old), before, after, (int)moment.numel()), moment.shape));
            }
        }
    }

    /// <summary>The numbers of weights kept before, whole or packed, as <paramref name="count"/> numbers of those kept after.</summary>
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
