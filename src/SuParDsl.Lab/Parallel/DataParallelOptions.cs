namespace SuParDsl.Lab.Parallel;

/// <summary>How ranks that train together share the work.</summary>
/// <param name="Overlap">Whether gradients travel during the backward pass.</param>
/// <param name="Transport">How they travel.</param>
/// <param name="ShardOptimizer">Whether each rank keeps its share of the optimizer's state.</param>
internal sealed record DataParallelOptions(bool Overlap, Transport Transport, bool ShardOptimizer);
