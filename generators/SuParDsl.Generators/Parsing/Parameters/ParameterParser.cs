using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Symbols;

namespace SuParDsl.Generators.Parsing.Parameters;

/// <summary>Reads the sizes, densities and other parameters of a primary constructor.</summary>
internal static class ParameterParser
{
    /// <summary>
    /// Reads the parameters of a class in source, and the record of sizes among them, and reports what is wrong with them.
    /// </summary>
    public static (ImmutableArray<Parameter> Parameters, SizeRecord? Record) Parse(
        DeclarationContext context, IMethodSymbol constructor)
    {
        var parameters = ImmutableArray.CreateBuilder<Parameter>();
        SizeRecord? record = null;
        foreach (var symbol in constructor.Parameters)
        {
            if (RecordParser.IsRecord(symbol))
            {
                (var sizes, record) = RecordParser.Parse(context, constructor, symbol, record);
                parameters.AddRange(sizes);
                continue;
            }

            parameters.Add(ParameterChecks.Check(context, symbol, ParameterReader.Read(symbol, Syntax(symbol))));
        }

        if (context is { Kind: DeclarationKind.Model, Findings.IsBroken: false }
            && !parameters.Any(static p => p.Kind == ParameterKind.Width)
            && !constructor.Parameters.Any(static p => ParameterMarks.Find(p, KnownNames.MuWidth) is not null))
        {
            context.Findings.Add(Descriptors.NothingScales, context.Part.Identifier.GetLocation(), context.Type.Name);
        }

        return (parameters.ToImmutable(), record);

        ParameterSyntax? Syntax(IParameterSymbol symbol) =>
            symbol.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(context.Cancellation) as ParameterSyntax;
    }
}
