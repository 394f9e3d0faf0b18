namespace SuParDsl.Native.Tests;

/// <summary>A test that needs the native file and GCC's sanitizers; skipped, saying why, where either is missing.</summary>
public sealed class SanitizerFactAttribute : FactAttribute
{
    public SanitizerFactAttribute() => Skip = Sanitizers.Missing;
}

/// <inheritdoc cref="SanitizerFactAttribute"/>
public sealed class SanitizerTheoryAttribute : TheoryAttribute
{
    public SanitizerTheoryAttribute() => Skip = Sanitizers.Missing;
}
