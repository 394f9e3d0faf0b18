namespace SuParDsl.Tests;

/// <summary>
/// Tests that run alone, because they examine a state that the whole process shares: the engine's random numbers, which
/// every test with dropout or one of TorchSharp's own modules advances, or the heap of the C library, which optimizers
/// trim.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ExclusiveCollection
{
    public const string Name = "exclusive";
}
