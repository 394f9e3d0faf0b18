using System.Collections.Immutable;

namespace SuParDsl.Checkpoints;

/// <summary>The position of a training run.</summary>
/// <param name="Step">The number of steps taken. It also determines the next batch, which depends only on the seed and the
/// step.</param>
/// <param name="Loss">The validation loss, by which the best checkpoint is chosen; null if none was measured.</param>
/// <param name="Notes">Additional values that the program wants to restore.</param>
public sealed record TrainingPosition(int Step, double? Loss, ImmutableDictionary<string, string> Notes);
