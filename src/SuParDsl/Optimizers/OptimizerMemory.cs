using static TorchSharp.torch;

namespace SuParDsl.Optimizers;

/// <summary>The memory that an optimizer uses in addition to the weights.</summary>
public static class OptimizerMemory
{
    extension(MuOptimizer optimizer)
    {
        /// <summary>
        /// The memory of the moments and of the float32 copies of half-precision weights, in bytes. For a sharded optimizer it is
        /// this rank's memory.
        /// </summary>
        /// <remarks>The momentum of an SGD optimizer that is not fused is allocated in the first step.</remarks>
        public long StateBytes
        {
            get
            {
                using var scope = NewDisposeScope();
                return optimizer.States.SelectMany(static entry => entry.State.Moments())
                    .Concat(optimizer.MasterWeights.Select(static entry => entry.Master))
                    .Sum(static tensor => tensor.numel() * tensor.element_size());
            }
        }
    }
}
