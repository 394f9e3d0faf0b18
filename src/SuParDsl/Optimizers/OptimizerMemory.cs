using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>What an optimizer keeps in memory beside the weights.</summary>
public static class OptimizerMemory
{
    extension(MuOptimizer optimizer)
    {
        /// <summary>The memory of its moments and of its float32 copies of weights in half precision, in bytes; of a sharded one this rank's own.</summary>
        /// <remarks>The engine's own optimizers make their moments in the first step; before it they have none.</remarks>
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
