using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Parsing.Symbols;
using SuParDsl.Generators.Parsing.Syntax;

namespace SuParDsl.Generators.Parsing.Declarations;

/// <summary>A record of sizes that a class takes in place of single ones: <c>partial class Gpt(GptSize s)</c>.</summary>
/// <param name="Name">The class's parameter.</param>
/// <param name="TypeName">The record's name.</param>
/// <param name="Type">The record's type, fully qualified.</param>
/// <param name="Derived">The sizes that follow from others, <c>public int Hidden => 4 * Width;</c>, by name.</param>
internal sealed record SizeRecord(string Name, string TypeName, string Type, ImmutableDictionary<string, DerivedSize> Derived)
{
    public string Identifier => UserSyntax.Escape(Name);

    /// <summary>The public properties in their order, those of base records last.</summary>
    public ImmutableArray<RecordProperty> Properties { get; init; } = [];

    /// <summary>The record that a parameter of a class takes; null where it takes something else.</summary>
    public static SizeRecord? Of(IParameterSymbol parameter, CancellationToken cancellation) =>
        TypeOf(parameter) is not { } type ? null : new(
            parameter.Name, type.Name, type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat),
            DerivedIn(type, cancellation))
        {
            Properties = RecordSymbols.Properties(type),
        };

    /// <summary>The record type of a parameter: a record with a marked size, or the only parameter of the class.</summary>
    public static INamedTypeSymbol? TypeOf(IParameterSymbol parameter) =>
        parameter.Type is INamedTypeSymbol { IsRecord: true, IsReferenceType: true } type
            && RecordSymbols.PrimaryConstructor(type) is { } constructor
            && (constructor.Parameters.Any(ParameterMarks.IsMarked)
                || parameter.ContainingSymbol is IMethodSymbol { Parameters.Length: 1 })
            ? type
            : null;

    private static ImmutableDictionary<string, DerivedSize> DerivedIn(INamedTypeSymbol type, CancellationToken cancellation)
    {
        var all = ImmutableDictionary.CreateBuilder<string, DerivedSize>(StringComparer.Ordinal);
        foreach (var property in type.GetMembers().OfType<IPropertySymbol>()
            .Where(static property => property is { IsStatic: false, IsIndexer: false }))
        {
            if (property.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) is PropertyDeclarationSyntax syntax
                && (syntax.ExpressionBody ?? GetterOf(syntax)) is { } body)
            {
                all[property.Name] = new(property.Name, body.Expression, property.Type.SpecialType);
            }
        }

        // Properties that refer to themselves, directly or through others, are ignored.
        foreach (var name in all.Keys.Where(name => Reaches(name, name, all)).ToList())
        {
            all.Remove(name);
        }

        return all.ToImmutable();
    }

    private static ArrowExpressionClauseSyntax? GetterOf(PropertyDeclarationSyntax property) =>
        property.AccessorList is { Accessors: [{ Keyword.Text: "get", ExpressionBody: { } body }] } ? body : null;

    private static bool Reaches(string from, string to, IReadOnlyDictionary<string, DerivedSize> all)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var pending = new Stack<string>([from]);
        while (pending.Count > 0)
        {
            foreach (var name in all[pending.Pop()].Uses)
            {
                if (name == to)
                {
                    return true;
                }

                if (all.ContainsKey(name) && seen.Add(name))
                {
                    pending.Push(name);
                }
            }
        }

        return false;
    }
}

/// <summary>A property of a record of sizes that follows from the others.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Expression">What it is, over the record's other properties.</param>
/// <param name="SpecialType">Its type.</param>
internal sealed record DerivedSize(string Name, ExpressionSyntax Expression, SpecialType SpecialType)
{
    /// <summary>The names in its expression.</summary>
    public ImmutableArray<string> Uses { get; } =
        [.. Expression.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Select(static name => name.Identifier.ValueText)];
}
