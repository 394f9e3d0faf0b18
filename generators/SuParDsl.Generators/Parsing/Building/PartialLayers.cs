using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Syntax;

namespace SuParDsl.Generators.Parsing.Building;

/// <summary>
/// Finds the layers that are declared <c>partial</c>. Their other half documents them, which an editor shows at the mouse. A
/// class with errors gets the other halves, too, because C# requires them.
/// </summary>
internal static class PartialLayers
{
    private static readonly SymbolDisplayFormat TypeFormat = SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(
        SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    public static EquatableArray<PartialLayerModel> Of(DeclarationContext context, EquatableArray<LayerModel> layers)
    {
        var found = ImmutableArray.CreateBuilder<PartialLayerModel>();
        foreach (var property in context.Parts.SelectMany(static part => part.Members).OfType<PropertyDeclarationSyntax>())
        {
            if (IsDeclaringHalf(property)
                && !HasOtherHalf(context, property)
                && context.Type.GetMembers(property.Identifier.ValueText) is [IPropertySymbol symbol]
                && context.TypeOf(property, symbol).IsModule)
            {
                found.Add(new(
                    string.Join(" ", property.Modifiers.Select(static modifier => modifier.Text).Distinct()),
                    symbol.Type.ToDisplayString(TypeFormat),
                    UserSyntax.Escape(symbol.Name),
                    IsDocumented(property) ? null : layers.FirstOrDefault(layer => layer.Name == symbol.Name)?.Description));
            }
        }

        return found.ToImmutable();
    }

    private static bool IsDeclaringHalf(PropertyDeclarationSyntax property) =>
        property.Modifiers.Any(SyntaxKind.PartialKeyword)
        && property.AccessorList is { Accessors: [{ Body: null, ExpressionBody: null } get] }
        && get.IsKind(SyntaxKind.GetAccessorDeclaration);

    private static bool HasOtherHalf(DeclarationContext context, PropertyDeclarationSyntax half) =>
        context.Parts.SelectMany(static part => part.Members).OfType<PropertyDeclarationSyntax>()
            .Any(other => other != half && other.Identifier.ValueText == half.Identifier.ValueText);

    // The documentation of the emitted half would hide the user's.
    private static bool IsDocumented(PropertyDeclarationSyntax property) => property.GetLeadingTrivia().Any(static trivia =>
        trivia.HasStructure || trivia.ToString().StartsWith("///", StringComparison.Ordinal));
}
