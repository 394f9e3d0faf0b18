namespace SuParDsl.Tests;

/// <summary>
/// Tests that rely on the order of the engine's random numbers. The engine has one state of them for the whole process, which every test
/// with dropout or a module of TorchSharp's own moves, so these tests run while no others do.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RandomNumbersCollection
{
    public const string Name = "random numbers";
}
