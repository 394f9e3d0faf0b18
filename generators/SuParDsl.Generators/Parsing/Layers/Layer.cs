using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Expressions;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Parsing.Syntax;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Layers;

/// <summary>
/// A layer that a class declares: its property with the arguments and attributes. Layers are compared by reference.
/// </summary>
internal sealed class Layer(LayerProperty property, LayerArguments arguments, LayerOptions options)
{
    public IPropertySymbol Symbol => property.Symbol;

    public ITypeSymbol Type => property.Type;

    public string Name { get; } = property.Name;

    public string Identifier { get; } = UserSyntax.Escape(property.Name);

    public PropertyDeclarationSyntax Syntax => property.Syntax;

    public Location Location => property.Location;

    /// <summary>The row of the layer table; null for a block, a Repeat or an Experts.</summary>
    public BuiltInLayer? BuiltIn => property.BuiltIn;

    /// <summary>The block, or the block that is repeated.</summary>
    public BlockSummary? Block => property.Block;

    /// <summary>The sizes and role that <c>[Foreign]</c> states; null for a layer or a block.</summary>
    public ExternalModule? External => property.External;

    /// <summary>Its constructor arguments.</summary>
    public LayerArguments Arguments { get; } = arguments;

    /// <summary>What its attributes state.</summary>
    public LayerOptions Options { get; } = options;

    /// <summary>The count of a Repeat.</summary>
    public SizeArgument? Count => Arguments.Count;

    /// <summary>The sizes of an <c>Experts</c>; null for any other layer.</summary>
    public ExpertSizes? Experts => Arguments.Experts;

    /// <summary>The sizes of a raw weight.</summary>
    public ImmutableArray<SizeArgument> SizeList => Arguments.SizeList;

    /// <summary>The input and output axes of a raw weight, if <c>[Fan]</c> states them.</summary>
    public (int In, int Out)? Fan => Arguments.Fan;

    /// <summary>The density that an attribute on it gives.</summary>
    public DensityArgument? Density => Options.Cover.Density;

    public bool IsDense => Options.Cover.IsDense;

    /// <summary>The initialization of its weight, if the declaration states one.</summary>
    public TensorInitialization? Start => Options.Start ?? Arguments.Start;

    /// <summary>Whether an error leaves its sizes unknown.</summary>
    public bool IsBroken => Arguments.IsBroken;

    /// <summary>Whether it holds several blocks, each with a number for a name.</summary>
    public bool HoldsBlocks => Count is not null || Experts is not null;

    /// <summary>The value of a size parameter in terms of the class's own parameters.</summary>
    public Polynomial? Size(string parameter) => Arguments.Size(parameter);
}
