using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Language;

namespace SuParDsl.Generators.Parsing.Layers;

/// <summary>A property that holds a layer, with what its type says.</summary>
/// <param name="Symbol">The property; it is used only while the declaration is read.</param>
/// <param name="Type">The type of the layer.</param>
/// <param name="Syntax">The declaration of the property.</param>
internal sealed record LayerProperty(IPropertySymbol Symbol, ITypeSymbol Type, PropertyDeclarationSyntax Syntax)
{
    public string Name => Symbol.Name;

    public Location Location => Syntax.Identifier.GetLocation();

    /// <summary>The row of the layer table; null for a block, a Repeat or an Experts.</summary>
    public BuiltInLayer? BuiltIn { get; init; }

    /// <summary>The block, or the block of a Repeat or an Experts.</summary>
    public BlockSummary? Block { get; init; }

    /// <summary>The sizes and role that <c>[Foreign]</c> states; null for a layer or a block.</summary>
    public ExternalModule? External { get; init; }
}
