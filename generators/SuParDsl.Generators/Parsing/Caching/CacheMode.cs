using Microsoft.CodeAnalysis.Diagnostics;

namespace SuParDsl.Generators.Parsing.Caching;

/// <summary>Whether results of an earlier compilation are used, as the MSBuild property <c>SuParDslParseCache</c> says.</summary>
internal enum CacheMode
{
    /// <summary>A result of an earlier compilation is used if it still holds.</summary>
    On,

    /// <summary><c>false</c>: every compilation is read from the start.</summary>
    Off,

    /// <summary>
    /// <c>verify</c>: a result of an earlier compilation that would be used is read again, and a difference is reported as an
    /// internal error.
    /// </summary>
    Verify,
}

/// <summary>Reads the mode of the cache from the options of a project.</summary>
internal static class CacheModes
{
    private const string Property = "build_property.SuParDslParseCache";

    public static CacheMode Of(AnalyzerConfigOptionsProvider options) =>
        !options.GlobalOptions.TryGetValue(Property, out var value) ? CacheMode.On
        : string.Equals(value, "false", StringComparison.OrdinalIgnoreCase) ? CacheMode.Off
        : string.Equals(value, "verify", StringComparison.OrdinalIgnoreCase) ? CacheMode.Verify
        : CacheMode.On;
}
