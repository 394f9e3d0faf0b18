using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Bench;

/// <summary>What a benchmark varies and how it trains.</summary>
/// <param name="Widths">The widths; empty for the model's own.</param>
/// <param name="Densities">The densities, at each width.</param>
/// <param name="Training">Optimizer, batch, seed, and the storage to compare with masked storage.</param>
/// <param name="Rounds">The number of timed steps of each model.</param>
internal sealed record BenchPlan(
    IReadOnlyList<double> Widths, IReadOnlyList<double> Densities, TrainingOptions Training, int Rounds);

/// <summary>The cost of one model in one storage.</summary>
/// <param name="Milliseconds">The median time of a training step.</param>
/// <param name="Megabytes">Weights, the optimizer's moments, and the indices of compressed matrices, in 10⁶ bytes.</param>
internal sealed record BenchStep(double Milliseconds, double Megabytes);

/// <summary>
/// A training step at one width and density in the selected storage, compared with masked storage and with a dense model.
/// </summary>
/// <param name="Width">The width; null for a model without one.</param>
/// <param name="Density">The density.</param>
/// <param name="Compressed">The number of matrices that the storage compresses.</param>
/// <param name="Sparse">The number of sparse matrices.</param>
/// <param name="Stored">The model in the selected storage.</param>
/// <param name="Masked">The model in masked storage: dense matrices with masks.</param>
/// <param name="Dense">The model at density 1.</param>
/// <param name="AgainstMasked">The speed-up over masked storage.</param>
/// <param name="AgainstDense">The speed-up over the dense model.</param>
internal sealed record BenchResult(
    double? Width, double Density, int Compressed, int Sparse, BenchStep Stored, BenchStep Masked, BenchStep Dense,
    SpeedRatio AgainstMasked, SpeedRatio AgainstDense);
