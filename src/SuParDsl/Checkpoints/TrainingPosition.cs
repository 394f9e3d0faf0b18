using System.Collections.Immutable;

namespace SuParDsl;

/// <summary>How far a training run is.</summary>
/// <param name="Step">The number of steps taken, which is also the place in the data: a batch follows from seed and step.</param>
/// <param name="Loss">The validation loss that the checkpoint is judged by; null where none was measured.</param>
/// <param name="Notes">What else the program wants to find again.</param>
public sealed record TrainingPosition(int Step, double? Loss, ImmutableDictionary<string, string> Notes);
