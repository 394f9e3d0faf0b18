namespace SuParDsl.Native.Tests;

/// <summary>A fault for the sanitizers to find.</summary>
/// <param name="Sound">A line of the native file.</param>
/// <param name="Faulty">What it becomes.</param>
/// <param name="Test">A test of the engine's that comes by it.</param>
/// <param name="Report">What the sanitizers must say.</param>
/// <param name="Function">The function that they must say it is in.</param>
public sealed record PlantedFault(string Sound, string Faulty, string Test, string Report, string Function)
{
    public override string ToString() => $"{Report} {Function}";
}

/// <summary>Faults of each kind, planted to see that a sanitizer's silence means something.</summary>
public static class PlantedFaults
{
    public static IReadOnlyList<PlantedFault> All { get; } =
    [
        new("std::malloc(std::max<size_t>(1, tensors.size()) * sizeof(void*))", "std::malloc(sizeof(void*))",
            "SplittingAndJoining", "insufficient space for an object", "in to_value"),
        new("std::string text(failure);\n      std::free(failure);", "std::free(failure);\n      std::string text(failure);",
            "AFailingBackwardThrowsItsOwnException", "heap-use-after-free", "in apply"),
        new("st_generator_free(void* generator) { delete", "st_generator_free(void* generator) { st_free(generator); delete",
            "A_generator_gives_nothing", "heap-use-after-free", "in st_generator_free"),
        new("{ return tensor_at(tensor).is_leaf(); }", "{ return 0x7fffffff + tensor_at(tensor).is_leaf(); }",
            "PresetGradientsAreFilledInPlace", "signed integer overflow", "in st_is_leaf"),
    ];

    /// <summary>The source with every fault in it.</summary>
    public static string In(string source)
    {
        foreach (var fault in All)
        {
            Assert.Equal(2, source.Split(fault.Sound).Length);
            source = source.Replace(fault.Sound, fault.Faulty, StringComparison.Ordinal);
        }

        return source;
    }
}
