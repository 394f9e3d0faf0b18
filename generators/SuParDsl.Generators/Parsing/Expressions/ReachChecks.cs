using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Declarations;

namespace SuParDsl.Generators.Parsing.Expressions;

/// <summary>
/// Checks for types and expressions that the emitted half cannot use, because it is another file or they nest too deep
/// (SUP021).
/// </summary>
internal static class ReachChecks
{
    /// <summary>
    /// How deep expressions may nest. Reading, printing and comparing them recurses: a stack of 512 KB is enough for twice as
    /// many.
    /// </summary>
    private const int MostNested = 250;

    private const string IsLocal = "is local to its file, but the generated half of the class is in another file";

    /// <summary>Checks the parameters of a primary constructor; false where no half can be emitted.</summary>
    public static bool CheckParameters(DeclarationContext context, IMethodSymbol? constructor)
    {
        var fine = true;
        foreach (var parameter in constructor?.Parameters ?? [])
        {
            if (Problem(context, parameter) is var (why, remedy)
                && parameter.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(context.Cancellation)
                    is ParameterSyntax syntax)
            {
                Report(context, syntax.Identifier.GetLocation(), parameter.Name, why, remedy);
                fine = false;
            }
        }

        return fine;
    }

    /// <summary>Reports a symbol of a file-local type that an expression names, once.</summary>
    public static void CheckName(DeclarationContext context, SyntaxNode place, ISymbol? symbol)
    {
        if (FileLocal(symbol as INamedTypeSymbol ?? symbol?.ContainingType) is { } type
            && context.OutOfReach.Add(type.MetadataName))
        {
            Report(context, place.GetLocation(), type.Name, IsLocal, $"write: internal {Keyword(type)} {type.Name}");
        }
    }

    /// <summary>Checks that no expression nests too deep to be read; false where one does.</summary>
    public static bool CheckDepth(DeclarationContext context)
    {
        // Each level of nesting takes at least one character, so short members need no closer look.
        foreach (var member in context.Parts.SelectMany(static part => part.Members)
            .Where(static member => member is not BaseTypeDeclarationSyntax && member.Span.Length > MostNested))
        {
            if (TooDeep(member) is { } expression)
            {
                Report(
                    context, expression.GetLocation(), Beginning(expression), $"nests more than {MostNested} expressions",
                    "assign a part of it to a variable: var y = …;");
                return false;
            }
        }

        return true;
    }

    /// <summary>Checks that no size of the record depends on too long a chain of others; false if one does.</summary>
    public static bool CheckDerived(DeclarationContext context)
    {
        var derived = context.Record?.Derived ?? ImmutableDictionary<string, DerivedSize>.Empty;
        if (derived.Count == 0)
        {
            return true;
        }

        // Each round settles the sizes that depend only on settled ones. This takes rounds instead of recursion, because a chain
        // can be as long as the record.
        var depths = derived.Keys.ToDictionary(static name => name, static _ => 0);
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var (name, uses) in derived.Select(static entry => (entry.Key, entry.Value.Uses)))
            {
                var depth = 1 + uses.Where(depths.ContainsKey).Select(use => depths[use]).DefaultIfEmpty(0).Max();
                if (depth > MostNested)
                {
                    Report(
                        context, derived[name].Expression.GetLocation(), name,
                        $"depends on a chain of more than {MostNested} other sizes",
                        "write it as an expression of the record's parameters");
                    return false;
                }

                changed |= depth > depths[name];
                depths[name] = depth;
            }
        }

        return true;
    }

    private static (string Why, string Remedy)? Problem(DeclarationContext context, IParameterSymbol parameter)
    {
        var isModel = context.Kind == DeclarationKind.Model;
        return parameter switch
        {
            { RefKind: not RefKind.None } => ("is passed by reference, so no member can capture it", "pass it by value"),
            { Type.IsRefLikeType: true } => ($"is of type {Name(parameter.Type)}, which no member can capture", "take an array"),
            _ when isModel && HasPointer(parameter.Type) =>
                ($"is of type {Name(parameter.Type)}, which a record of sizes cannot hold", "take an IntPtr"),
            { Type.TypeKind: TypeKind.Dynamic } when isModel =>
                ("is dynamic, which a record of sizes cannot pass on", "take an object"),
            _ when FileLocal(parameter.Type) is { } type =>
                ($"is of '{type.Name}', which {IsLocal}", $"write: internal {Keyword(type)} {type.Name}"),
            _ => null,
        };
    }

    /// <summary>The file-local type that a type is, is nested in or contains as an argument; null if there is none.</summary>
    private static INamedTypeSymbol? FileLocal(ITypeSymbol? type)
    {
        switch (type)
        {
            case IArrayTypeSymbol array:
                return FileLocal(array.ElementType);
            case INamedTypeSymbol named:
                for (var outer = named; outer is not null; outer = outer.ContainingType)
                {
                    if (outer.IsFileLocal)
                    {
                        return outer;
                    }
                }

                return named.TypeArguments.Select(FileLocal).FirstOrDefault(static found => found is not null);
            default:
                return null;
        }
    }

    private static bool HasPointer(ITypeSymbol type) => type is IPointerTypeSymbol or IFunctionPointerTypeSymbol
        || (type is IArrayTypeSymbol array && HasPointer(array.ElementType));

    private static ExpressionSyntax? TooDeep(MemberDeclarationSyntax member)
    {
        var pending = new Stack<(SyntaxNode Node, int Depth)>([(member, 0)]);
        while (pending.Count > 0)
        {
            var (node, depth) = pending.Pop();
            if (node is ExpressionSyntax && ++depth > MostNested)
            {
                return node.AncestorsAndSelf().OfType<ExpressionSyntax>().Last(outer => member.Span.Contains(outer.Span));
            }

            foreach (var child in node.ChildNodes())
            {
                pending.Push((child, depth));
            }
        }

        return null;
    }

    private static string Beginning(ExpressionSyntax expression)
    {
        var text = expression.GetText().ToString(new(0, Math.Min(20, expression.Span.Length)));
        return string.Join(" ", text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries)) + "…";
    }

    private static string Keyword(INamedTypeSymbol type) => type switch
    {
        { IsRecord: true } => "record",
        { TypeKind: TypeKind.Enum } => "enum",
        { TypeKind: TypeKind.Struct } => "struct",
        { TypeKind: TypeKind.Interface } => "interface",
        { IsStatic: true } => "static class",
        _ => "class",
    };

    private static string Name(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);

    private static void Report(DeclarationContext context, Location place, string what, string why, string remedy) =>
        context.Findings.Add(Descriptors.OutOfReach, place, what, context.Type.Name, why, remedy);
}
