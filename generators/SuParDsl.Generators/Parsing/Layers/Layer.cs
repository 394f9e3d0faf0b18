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

/// <summary>A parameter that multiplies an initial standard deviation: as C#, and as the table says it.</summary>
internal sealed record GainArgument(string Code, string Text);

/// <summary>A layer that a class declares.</summary>
internal sealed class Layer(IPropertySymbol symbol, ITypeSymbol type, PropertyDeclarationSyntax syntax)
{
    /// <summary>The property; it is used only while the declaration is read.</summary>
    public IPropertySymbol Symbol { get; } = symbol;

    public ITypeSymbol Type { get; } = type;

    public string Name { get; } = symbol.Name;

    public string Identifier { get; } = UserSyntax.Escape(symbol.Name);

    public PropertyDeclarationSyntax Syntax { get; } = syntax;

    public Location Location => Syntax.Identifier.GetLocation();

    /// <summary>The row of the layer table; null for a block or a Repeat.</summary>
    public BuiltInLayer? BuiltIn { get; init; }

    /// <summary>The block, or the block that is repeated.</summary>
    public BlockSummary? Block { get; init; }

    /// <summary>The sizes and role that <c>[Foreign]</c> states; null for a layer or a block.</summary>
    public ExternalModule? External { get; init; }

    /// <summary>The count of a Repeat.</summary>
    public SizeArgument? Count { get; set; }

    /// <summary>Its size arguments, by parameter name.</summary>
    public Dictionary<string, SizeArgument> Sizes { get; } = new(StringComparer.Ordinal);

    /// <summary>The sizes of a raw weight.</summary>
    public List<SizeArgument> SizeList { get; } = [];

    /// <summary>Its density arguments, by parameter name.</summary>
    public Dictionary<string, DensityArgument> Densities { get; } = new(StringComparer.Ordinal);

    /// <summary>Its other arguments as C# over the class's parameters, by parameter name.</summary>
    public Dictionary<string, string> Others { get; } = new(StringComparer.Ordinal);

    /// <summary>The density that an attribute on it gives.</summary>
    public DensityArgument? Density { get; set; }

    public bool IsDense { get; set; }

    /// <summary>The parameter that multiplies its initial standard deviation.</summary>
    public GainArgument? Gain { get; set; }

    /// <summary>The initialization of its weight, if the declaration states one.</summary>
    public TensorInitialization? Start { get; set; }

    /// <summary>The input and output axes of a raw weight, if <c>[Fan]</c> states them.</summary>
    public (int In, int Out)? Fan { get; set; }

    /// <summary>The factor on its learning rate; null for 1.</summary>
    public double? LrScale { get; set; }

    public bool NoDecay { get; set; }

    public bool IsTied { get; set; }

    public bool IsUsed { get; set; }

    /// <summary>Whether an error leaves its sizes unknown.</summary>
    public bool IsBroken { get; set; }

    public bool IsRepeat => Count is not null;

    /// <summary>The tensors that it adds to the class.</summary>
    public ImmutableArray<TensorInfo> Tensors { get; set; } = [];

    /// <summary>The value of a size parameter in terms of the class's own parameters.</summary>
    public Polynomial? Size(string parameter) => Sizes.TryGetValue(parameter, out var argument) ? argument.Size : null;
}
