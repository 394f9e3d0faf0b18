using CsCheck;
using SuParDsl.Sparsity;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Properties;

/// <summary>Masks of any shape survive packing, and an optimizer's state follows the weights.</summary>
public class MaskPropertyTests
{
    private static readonly Gen<WeightMask> Masks = Gen.Select(Gen.Long[1, 9].Array[1, 3], Gen.Int[0, 4])
        .SelectMany(static drawn =>
        {
            var (shape, density) = drawn;
            return Gen.Int[0, 3].Array[(int)WeightMask.Product([.. shape])]
                .Select(draws => WeightMask.FromBytes([.. shape], [.. draws.Select(draw => (byte)(draw < density ? 1 : 0))]));
        });

    [Fact]
    public void A_mask_is_read_back_as_it_is_packed() => Property.Holds(Masks, static mask =>
    {
        var back = WeightMask.FromPacked(mask.Shape, mask.ToPacked());
        Assert.Equal(mask.Words.ToArray(), back.Words.ToArray());
        Assert.Equal(mask.Kept, back.Kept);
        Assert.Equal(mask.Positions(), Enumerable.Range(0, (int)mask.Count).Select(static i => (long)i).Where(i => mask[i]));
        Assert.Equal(mask.Kept, mask.Positions().LongCount());
        Assert.Equal((double)mask.Kept / mask.Count, mask.Density);
    });

    [Fact]
    public void Moments_follow_the_weights_that_stay() => Property.Holds(
        Gen.Select(Masks, Gen.Bool.Array[729], Gen.Bool, Gen.Bool), static drawn =>
        {
            var (before, flips, isPacked, packs) = drawn;
            var after = WeightMask.FromBytes(
                before.Shape, [.. Enumerable.Range(0, (int)before.Count).Select(i => (byte)(flips[i] ^ before[i] ? 1 : 0))]);
            using var scope = NewDisposeScope();
            var old = tensor([.. Stored(before, isPacked, static i => i + 1)]);
            var moment = full([packs ? after.Kept : after.Count], -1f);
            StateTransfer.Transfer(TensorState.Of(old), before, TensorState.Of(moment), after);

            Assert.Equal(Stored(after, packs, i => before[i] ? i + 1 : 0), moment.data<float>().ToArray());
        }, cases: 200);

    // The values of kept weights, alone or at their positions among zeros.
    private static IEnumerable<float> Stored(WeightMask mask, bool packed, Func<long, float> number) => packed
        ? mask.Positions().Select(number)
        : Enumerable.Range(0, (int)mask.Count).Select(i => mask[i] ? number(i) : 0);
}
