namespace SuParDsl.Tests;

/// <summary>
/// Tests that run while no others do, because they look at a state that the whole process shares: the engine's random numbers, which every
/// test with dropout or a module of TorchSharp's own moves, or the heap of the C library, which optimizers trim.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ExclusiveCollection
{
    public const string Name = "exclusive";
}
