using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Symbols;
using SuParDsl.Generators.Parsing.Syntax;

namespace SuParDsl.Generators.Parsing.Parameters;

/// <summary>
/// Reads a record of sizes as if the class took its parameters one by one. What is wrong in the record itself is reported
/// once, with the record; a class that takes it is then left as a stub.
/// </summary>
internal static class RecordParser
{
    /// <summary>Whether a parameter is a record that must be read as sizes.</summary>
    public static bool IsRecord(IParameterSymbol symbol) => SizeRecord.TypeOf(symbol) is not null
        || (symbol.Type is INamedTypeSymbol { IsRecord: true }
            && symbol.ContainingSymbol is IMethodSymbol { Parameters.Length: 1 });

    /// <summary>The sizes of a class's record, and the record itself.</summary>
    /// <param name="context">The class.</param>
    /// <param name="constructor">Its primary constructor.</param>
    /// <param name="symbol">The parameter that holds the record.</param>
    /// <param name="first">Another record that the class takes; null for none.</param>
    public static (ImmutableArray<Parameter> Sizes, SizeRecord? Record) Parse(
        DeclarationContext context, IMethodSymbol constructor, IParameterSymbol symbol, SizeRecord? first)
    {
        if (SizeRecord.TypeOf(symbol) is not { } type || SizeRecord.Of(symbol, context.Cancellation) is not { } record)
        {
            return Refuse(
                first, "is not a record class with a parameter list", $"write: public sealed record {symbol.Type.Name}(…)");
        }

        if (first is not null)
        {
            return Refuse(first, $"is a second record of sizes, besides '{first.Name}'", "put all sizes into one record");
        }

        if (context.Kind == DeclarationKind.Model && constructor.Parameters.Length > 1)
        {
            return Refuse(null, "is not the only parameter of the model", $"put the other parameters into {type.Name}");
        }

        var sizes = Read(type, symbol.Name, context.Cancellation);
        if (sizes.FirstOrDefault(size => constructor.Parameters.Any(p => p.Name == size.Name)) is { } taken)
        {
            return Refuse(
                record, $"has a property '{taken.Name}', which is also a parameter of '{context.Type.Name}'",
                "rename one of them");
        }

        if (sizes.Any(static size => size.Name.Length == 0)
            || sizes.Select(static size => size.Name).Distinct().Count() < sizes.Length)
        {
            context.Findings.MarkIncomplete();
            return ([], record);
        }

        sizes = Name(sizes, constructor.Parameters.Select(static parameter => UserSyntax.Escape(parameter.Name))
            .Concat(context.Type.MemberNames.Select(UserSyntax.Escape)));
        if (context.Library.IsBrokenRecord(type, context.Cancellation))
        {
            context.Findings.MarkIncomplete();
        }

        if (context.Kind == DeclarationKind.Model)
        {
            CheckBases(context, type, sizes);
        }

        return (sizes, record);

        (ImmutableArray<Parameter> Sizes, SizeRecord? Record) Refuse(SizeRecord? known, string why, string remedy)
        {
            var syntax = symbol.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(context.Cancellation);
            var location = (syntax as ParameterSyntax)?.Identifier.GetLocation();
            context.Findings.Add(Descriptors.UnreadableRecord, location ?? context.Part.Identifier.GetLocation(), symbol.Name,
                context.Type.Name, why, remedy);
            return ([], known);
        }
    }

    /// <summary>Reports what is wrong in a record, independent of the class that takes it.</summary>
    public static ImmutableArray<Diagnostic> Check(INamedTypeSymbol type, IBlockSummaries library, CancellationToken cancellation)
    {
        var parts = UserSyntax.Parts(type, cancellation).ToImmutableArray();
        if (parts.IsEmpty || RecordSymbols.PrimaryConstructor(type) is not { } constructor)
        {
            return [];
        }

        var context = new DeclarationContext(type, parts[0], parts, DeclarationKind.Model, library, cancellation);
        foreach (var symbol in constructor.Parameters)
        {
            ParameterChecks.Check(context, symbol, ParameterReader.Read(symbol, SyntaxOf(symbol, cancellation)));
        }

        return context.Findings.Diagnostics;
    }

    private static ImmutableArray<Parameter> Read(INamedTypeSymbol type, string owner, CancellationToken cancellation) =>
        [.. RecordSymbols.PrimaryConstructor(type)!.Parameters
            .Select(symbol => ParameterReader.Read(symbol, SyntaxOf(symbol, cancellation), owner))];

    private static ParameterSyntax? SyntaxOf(IParameterSymbol symbol, CancellationToken cancellation) =>
        symbol.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) as ParameterSyntax;

    /// <summary>
    /// The sizes with names for <c>Declare</c>: a record's properties are named as properties, and <c>Declare</c> takes them
    /// under the names of parameters.
    /// </summary>
    private static ImmutableArray<Parameter> Name(ImmutableArray<Parameter> sizes, IEnumerable<string> others)
    {
        // A parameter of Declare with the same name would hide a parameter or a layer of the class.
        var taken = new HashSet<string>(others, StringComparer.Ordinal);
        return [.. sizes.Select(size => size with { Identifier = Unused(size) })];

        string Unused(Parameter size)
        {
            var name = char.ToLowerInvariant(size.Name[0]) + size.Name.Substring(1);
            for (var next = UserSyntax.Escape(name); !taken.Add(next); next = name)
            {
                name += "Size";
            }

            return UserSyntax.Escape(name);
        }
    }

    /// <summary>Checks that the sizes of a model's record state bases. A record that only blocks take needs none.</summary>
    private static void CheckBases(DeclarationContext context, INamedTypeSymbol type, ImmutableArray<Parameter> sizes)
    {
        foreach (var symbol in RecordSymbols.PrimaryConstructor(type)!.Parameters)
        {
            ParameterChecks.CheckHasBase(context, symbol, sizes.First(size => size.Name == symbol.Name));
        }
    }
}
