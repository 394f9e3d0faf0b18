using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Declarations;

namespace SuParDsl.Generators.Parsing;

/// <summary>
/// The result of reading one declaration: what to emit, what to report, and what other declarations may know about it.
/// </summary>
/// <param name="Model">What to emit; null where nothing can be.</param>
/// <param name="Diagnostics">What to report.</param>
/// <param name="Summary">What a user of the block sees; null where even its parameters are unreadable.</param>
internal sealed record ParseResult(DeclarationModel? Model, ImmutableArray<Diagnostic> Diagnostics, BlockSummary? Summary)
{
    /// <summary>The role of each layer in the parameterization, with its location; empty if there are errors.</summary>
    public ImmutableArray<(Location Place, string Layer, string Description)> Roles { get; init; } = [];
}
