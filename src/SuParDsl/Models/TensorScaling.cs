using SuParDsl.Parameterization;

namespace SuParDsl;

/// <summary>One tensor's multipliers: the rule's tables applied to its own sizes, density and depth.</summary>
/// <param name="LearningRateMultiplier">The factor on η.</param>
/// <param name="WidthMultiplier">The part of the learning-rate multiplier that is due to the width.</param>
/// <param name="EpsilonMultiplier">The factor on Adam's ε.</param>
/// <param name="Forward">The factor on x·Wᵀ.</param>
/// <param name="Readout">The factor on its use as a tied readout; null if it is not one.</param>
internal readonly record struct TensorScaling(
    double LearningRateMultiplier, double WidthMultiplier, double EpsilonMultiplier, double Forward, double? Readout)
{
    public static TensorScaling Of(ModelTensor tensor, Rule rule, double depthAlpha, OptimizerFamily family)
    {
        var (mIn, mOut, mDensity) = (tensor.FanIn.Multiplier, tensor.FanOut.Multiplier, tensor.Density.Multiplier);
        var quantity = family switch
        {
            OptimizerFamily.Adam => Quantity.AdamRate,
            OptimizerFamily.Sgd => Quantity.SgdRate,
            OptimizerFamily.Muon => Quantity.MuonRate,
            _ => throw new ArgumentOutOfRangeException(nameof(family), family, "is not a family of optimizers"),
        };
        var mShare = rule == Rule.Measured && tensor.Share is { } share ? share / tensor.Density.Base : mDensity;
        var law = RuleTable.Of(rule, tensor.Role, quantity);
        var rate = law.At(mIn, mOut, mShare) * tensor.LrScale;
        var epsilon = 1.0;
        if (tensor.DepthMultiplier is { } mDepth && DepthTable.Acts(rule))
        {
            rate *= family == OptimizerFamily.Sgd
                ? DepthTable.SgdRate(mDepth, depthAlpha)
                : DepthTable.AdamRate(mDepth, depthAlpha);
            epsilon = DepthTable.Epsilon(mDepth, depthAlpha, tensor.SizeMultiplier);
        }

        if (ExpertTable.Acts(rule))
        {
            rate *= family == OptimizerFamily.Sgd ? ExpertTable.SgdRate(tensor.ExpertMultiplier) : 1;
            epsilon *= ExpertTable.Epsilon(tensor.ExpertMultiplier);
        }

        // As a lookup table, an embedding has the width as its fan-out. As a tied readout, the width is its fan-in.
        double? readout = tensor.IsTiedReadout
            ? RuleTable.Of(rule, RuleTable.RoleOf(tensor.FanOut.Scales, fanOutScales: false), Quantity.Forward).At(mOut, 1, 1)
            : null;
        return new(
            rate, law.At(mIn, mOut, 1), epsilon, RuleTable.Of(rule, tensor.Role, Quantity.Forward).At(mIn, mOut, 1), readout);
    }
}
