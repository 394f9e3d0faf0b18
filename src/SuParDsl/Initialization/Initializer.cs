using SuParDsl.Engine;
using SuParDsl.Parameterization;
using SuParDsl.Sparsity;
using TorchSharp;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>Draws a tensor's initial values from (seed, full name) and the rule's standard deviation.</summary>
internal static class Initializer
{
    /// <summary>σ·√(the rule's variance factor)·gain; 0 for a tensor that is initialized to a constant.</summary>
    public static double StandardDeviation(ModelTensor tensor, Rule rule, double initStd) =>
        tensor.Init is Init.Normal or Init.Uniform
            ? initStd * tensor.Gain * Math.Sqrt(RuleTable.Of(rule, tensor.Role, Quantity.InitVariance)
                .At(tensor.FanIn.Multiplier, tensor.FanOut.Multiplier, tensor.Density.Multiplier))
            : 0;

    /// <summary>
    /// Fills a dense tensor or the kept weights of a compressed one. The values of kept weights do not depend on the mask.
    /// </summary>
    public static unsafe void Fill(Tensor target, ModelTensor tensor, WeightMask? mask, double standardDeviation, long seed)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        if (tensor.Init is Init.Zeros or Init.Ones)
        {
            target.fill_(tensor.Init == Init.Ones ? Scalars.One : Scalars.Zero);
            return;
        }

        // Draw in place where possible, because a copy of the largest tensor would be the peak of a model's memory.
        var isInPlace = TensorMemory.IsFloatOnCpu(target) && target.is_contiguous();
        var values = isInPlace ? target : empty(target.shape, ScalarType.Float32, CPU);
        Draw(TensorMemory.FloatsOf(values), mask is not null && target.dim() == 1, tensor, mask, standardDeviation, seed);
        GC.KeepAlive(values);
        if (isInPlace)
        {
            // Nothing else refers to this view: without `using`, the garbage collector may free it during the call.
            using var version = TensorMemory.VersionOf(target);
            version.zero_();
        }
        else
        {
            target.copy_(values);
        }
    }

    private static unsafe void Draw(
        float* values, bool isCompressed, ModelTensor tensor, WeightMask? mask, double standardDeviation, long seed)
    {
        var random = new SeededRandom(seed, tensor.Name + "/weight");
        var (count, isNormal) = (tensor.Count, tensor.Init == Init.Normal);
        for (long i = 0; i < count; i++)
        {
            var value = (float)(standardDeviation * (isNormal ? random.NextNormal() : random.NextUniform()));
            var isKept = mask is null || mask[i];
            if (isKept || !isCompressed)
            {
                *values++ = isKept ? value : 0;
            }
        }
    }
}
