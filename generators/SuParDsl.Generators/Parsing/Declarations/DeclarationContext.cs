using System.Collections.Immutable;
using System.Numerics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Declarations;

/// <summary>
/// One declaration while it is read: its symbols, what is known about its parameters, and what was found so far.
/// </summary>
internal sealed class DeclarationContext(
    INamedTypeSymbol type, TypeDeclarationSyntax part, ImmutableArray<TypeDeclarationSyntax> parts, DeclarationKind kind,
    IBlockSummaries library, CancellationToken cancellation)
{
    private Dictionary<(SyntaxNode? Part, string Text), PropertyType> Types { get; init; } = [];

    public INamedTypeSymbol Type { get; } = type;

    /// <summary>The part that the attribute stands on.</summary>
    public TypeDeclarationSyntax Part { get; } = part;

    /// <summary>All parts that the user wrote.</summary>
    public ImmutableArray<TypeDeclarationSyntax> Parts { get; } = parts;

    public DeclarationKind Kind { get; } = kind;

    public IBlockSummaries Library { get; } = library;

    public CancellationToken Cancellation { get; } = cancellation;

    public Findings Findings { get; private init; } = new();

    /// <summary>Its parameters, with those of a record of sizes in place of the record; empty before they are read.</summary>
    public ImmutableArray<Parameter> Parameters { get; private init; } = [];

    /// <summary>The record of sizes that the class takes; null if it takes its sizes one by one.</summary>
    public SizeRecord? Record { get; private init; }

    /// <summary>The parameters that emitted code cannot read, because a member of the class has the same name.</summary>
    public ImmutableHashSet<string> Hidden { get; private init; } = [];

    /// <summary>The file-local types that were reported, by metadata name.</summary>
    public HashSet<string> OutOfReach { get; private init; } = new(StringComparer.Ordinal);

    /// <summary>The same class after its parameters are read. Findings are added to the same list.</summary>
    public DeclarationContext With(ImmutableArray<Parameter> parameters, SizeRecord? record, ImmutableHashSet<string> hidden) =>
        new(Type, Part, Parts, Kind, Library, Cancellation)
        {
            Findings = Findings,
            OutOfReach = OutOfReach,
            Parameters = parameters,
            Record = record,
            Hidden = hidden,
            Types = Types,
        };

    public SemanticModel ModelOf(SyntaxNode node) => Library.ModelOf(node.SyntaxTree);

    /// <summary>The type of a property. Within one part equal texts mean the same type, so each text is looked up once.</summary>
    public PropertyType TypeOf(PropertyDeclarationSyntax property, IPropertySymbol symbol)
    {
        var key = (property.Parent, property.Type.ToString());
        return Types.TryGetValue(key, out var known) ? known : Types[key] = PropertyType.Of(symbol.Type, Cancellation);
    }

    /// <summary>Whether the class has a parameter of a kind.</summary>
    public bool Has(ParameterKind kind)
    {
        foreach (var parameter in Parameters)
        {
            if (parameter.Kind == kind)
            {
                return true;
            }
        }

        return false;
    }

    public Parameter? Find(string name)
    {
        foreach (var parameter in Parameters)
        {
            if (parameter.Name == name)
            {
                return parameter;
            }
        }

        return null;
    }

    /// <summary>
    /// The parameter that an expression is: <c>width</c>, <c>s.Width</c>, or <c>Width</c> inside the record itself.
    /// </summary>
    public Parameter? ParameterAt(SyntaxNode node)
    {
        var member = RecordMember(node);
        var name = member ?? (node as IdentifierNameSyntax)?.Identifier.ValueText;
        return name is not null && Find(name) is { } parameter && parameter.IsOfRecord == (member is not null) ? parameter : null;
    }

    /// <summary>The derived size that an expression is: <c>s.Hidden</c>.</summary>
    public DerivedSize? DerivedAt(SyntaxNode node) =>
        RecordMember(node) is { } member && Record!.Derived.TryGetValue(member, out var derived) ? derived : null;

    /// <summary>The member of the record of sizes that an expression names.</summary>
    public string? RecordMember(SyntaxNode node)
    {
        if (Record is not { } record)
        {
            return null;
        }

        // Bare names are members of the record only inside the record itself.
        var isInside = node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is RecordDeclarationSyntax;
        return node switch
        {
            MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax owner } access
                when !isInside && owner.Identifier.ValueText == record.Name => access.Name.Identifier.ValueText,
            MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } access when isInside =>
                access.Name.Identifier.ValueText,
            IdentifierNameSyntax name when isInside => name.Identifier.ValueText,
            _ => null,
        };
    }

    public bool Scales(Polynomial size) => size.Mentions(name => Find(name) is { Scales: true });

    /// <summary>The value of a size in the base model; null if it depends on the parameters of a block.</summary>
    public Rational? AtBase(Polynomial size) => size.Evaluate(name => Find(name) switch
    {
        _ when Kind == DeclarationKind.Block => null,
        { Scales: true, Base: { } value } => value,
        { Kind: ParameterKind.Size, DefaultSize: { } value } => value,
        _ => (BigInteger?)null,
    });

    /// <summary>The size at the base as a formula. The base of a block's parameter is written with a trailing ₀.</summary>
    public Polynomial BaseOf(Polynomial size) => size.Substitute(name => Find(name) switch
    {
        { } parameter when Kind == DeclarationKind.Block => Polynomial.Name(parameter.Name + "₀"),
        { Scales: true, Base: { } value } => Polynomial.Constant(value),
        { Kind: ParameterKind.Size, DefaultSize: { } value } => Polynomial.Constant(value),
        _ => null,
    });

    /// <summary>A size for a message: <c>4·width (1024 at the base)</c>.</summary>
    public string Text(Polynomial size)
    {
        var text = new Shape(null, [size]).InWords();
        return size.Value is null && AtBase(size) is { } value ? $"{text} ({value} at the base)" : text;
    }

    /// <summary>
    /// How emitted code names a member of the base class: with <c>base.</c> if the user's class or a local has the same name.
    /// </summary>
    public string Inherited(string member, ICollection<string>? locals = null) =>
        locals?.Contains(member) == true || !Type.GetMembers(member).IsEmpty ? "base." + member : member;

    /// <summary>A name for an emitted local that is not used in the class.</summary>
    public string Unique(string wanted, ISet<string>? taken = null)
    {
        var name = wanted;
        for (var i = 2; IsParameter(name) || taken?.Contains(name) == true || Type.MemberNames.Contains(name); i++)
        {
            name = wanted + Rational.Text(i);
        }

        return name;
    }

    private bool IsParameter(string name) => name == Record?.Name || Parameters.Any(p => p.Name == name || p.Identifier == name);
}
