using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Parsing.Declarations;

namespace SuParDsl.Generators.Parsing.Caching;

/// <summary>Compares a result of an earlier compilation with the same class read again.</summary>
internal static class ResultComparison
{
    /// <summary>The part in which two results of one class differ; null if they are equal.</summary>
    public static string? Difference(ParseResult earlier, ParseResult fresh) =>
        !Equals(earlier.Model, fresh.Model) ? "the emitted code"
        : !Texts(earlier.Diagnostics).SequenceEqual(Texts(fresh.Diagnostics)) ? "the diagnostics"
        : !Roles(earlier).SequenceEqual(Roles(fresh)) ? "the roles of layers"
        : !Summary(earlier.Summary).SequenceEqual(Summary(fresh.Summary)) ? "what other classes see of it"
        : null;

    private static IEnumerable<string> Texts(IEnumerable<Diagnostic> diagnostics) => diagnostics.Select(static diagnostic =>
        string.Join(" ", diagnostic.AdditionalLocations.Prepend(diagnostic.Location)
            .Select(static place => place.GetLineSpan().ToString()).Prepend(diagnostic.ToString())));

    private static IEnumerable<(string Place, string Layer, string Description)> Roles(ParseResult result) =>
        result.Roles.Select(static role => (role.Place.GetLineSpan().ToString(), role.Layer, role.Description));

    private static IEnumerable<object?> Summary(BlockSummary? block) => block is null ? [] :
    [
        block.Name, block.IsModel, block.Record?.Type,
        .. block.Parameters.Select(static p => (p.Name, p.Kind, p.Type, p.DefaultText, p.Base, p.DensityBase)).Cast<object>(),
        .. block.Inputs.Concat(block.Outputs).Select(static shape => shape?.ToString()),
        .. block.Tensors,
        .. block.Divisions.Select(static d => (d.Size, d.Divisor, d.Where, d.Id)).Cast<object>(),
        .. block.Names, .. block.UnusedDensities, .. Texts(block.DepthFaults),
    ];
}
