using SuParDsl.Distributed;

namespace SuParDsl.Lab.Parallel;

/// <summary>The options of data-parallel training.</summary>
/// <param name="Overlap">Whether gradients are exchanged during the backward pass.</param>
/// <param name="Transport">How gradients are exchanged.</param>
/// <param name="ShardOptimizer">Whether the optimizer's state is sharded over the ranks.</param>
internal sealed record DataParallelOptions(bool Overlap, Transport Transport, bool ShardOptimizer)
{
    /// <summary>The defaults of the command line.</summary>
    public static DataParallelOptions Default { get; } = new(Overlap: true, Transport.Auto, ShardOptimizer: false);
}
