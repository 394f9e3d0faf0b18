using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Bench;

/// <summary>What a benchmark varies and how it trains.</summary>
/// <param name="Widths">The widths; none for the model's own.</param>
/// <param name="Densities">The densities, at each width.</param>
/// <param name="Training">Optimizer, batch, seed, and the storage that is held against masked matrices.</param>
/// <param name="Rounds">Timed steps of each model.</param>
internal sealed record BenchPlan(IReadOnlyList<double> Widths, IReadOnlyList<double> Densities, TrainingOptions Training, int Rounds);

/// <summary>One model in one storage: a training step of it, and the memory of its weights and moments.</summary>
/// <param name="Milliseconds">The median of its steps.</param>
/// <param name="Megabytes">Weights, the optimizer's moments, and the indices of compressed matrices, in 10⁶ bytes.</param>
internal sealed record BenchStep(double Milliseconds, double Megabytes);

/// <summary>A training step at one width and density, in storage as asked for, beside the same model masked, and dense.</summary>
/// <param name="Width">The width; null for a model without one.</param>
/// <param name="Density">The density.</param>
/// <param name="Compressed">How many matrices the storage compresses.</param>
/// <param name="Sparse">How many are sparse.</param>
/// <param name="Stored">The model in the storage asked for.</param>
/// <param name="Masked">The model with whole matrices.</param>
/// <param name="Dense">The model at density 1.</param>
/// <param name="AgainstMasked">How many times as fast as masked.</param>
/// <param name="AgainstDense">How many times as fast as dense.</param>
internal sealed record BenchResult(
    double? Width, double Density, int Compressed, int Sparse, BenchStep Stored, BenchStep Masked, BenchStep Dense,
    SpeedRatio AgainstMasked, SpeedRatio AgainstDense);
