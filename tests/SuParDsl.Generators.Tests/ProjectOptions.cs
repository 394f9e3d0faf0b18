using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace SuParDsl.Generators.Tests;

/// <summary>
/// The options of a project that sets MSBuild properties, as the compiler hands them to generators and analyzers.
/// </summary>
internal sealed class ProjectOptions : AnalyzerConfigOptionsProvider
{
    private readonly Values values;

    private ProjectOptions(ImmutableDictionary<string, string> properties) => values = new(properties);

    /// <summary>A project with a value of <c>SuParDslParseCache</c>; null sets nothing.</summary>
    public static ProjectOptions ParseCache(string? value) => new(value is null
        ? ImmutableDictionary<string, string>.Empty
        : ImmutableDictionary<string, string>.Empty.Add("build_property.SuParDslParseCache", value));

    public override AnalyzerConfigOptions GlobalOptions => values;

    /// <summary>The same options for analyzers.</summary>
    public AnalyzerOptions ForAnalyzers => new([], this);

    public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => values;

    public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => values;

    private sealed class Values(ImmutableDictionary<string, string> properties) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value) =>
            properties.TryGetValue(key, out value);
    }
}
