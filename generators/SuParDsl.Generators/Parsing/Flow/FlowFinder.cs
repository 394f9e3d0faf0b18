using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>Finds the one method that says how a class's layers are connected.</summary>
internal static class FlowFinder
{
    public static Found Read(DeclarationContext context, ImmutableArray<Layer> layers)
    {
        Ops.Check(context);
        var methods = context.Parts.SelectMany(static part => part.Members).OfType<MethodDeclarationSyntax>().ToList();
        var flows = methods.Where(method => IsFlow(context, method)).ToList();
        var hasForward = methods.Any(static m => m.Identifier.ValueText == "forward" && m.Modifiers.Any(SyntaxKind.OverrideKeyword));
        if (flows.Count == 0)
        {
            if (!hasForward)
            {
                var pipe = string.Concat(layers
                    .Where(static l => l.BuiltIn?.IsPiped != false).Select(static l => " | " + l.Name));
                context.Findings.Add(Descriptors.NoFlow, context.Part.Identifier.GetLocation(), context.Type.Name, pipe);
            }

            return new(null, hasForward, 1, null);
        }

        var flow = flows[0];
        foreach (var second in flows.Skip(1))
        {
            context.Findings.Add(Descriptors.SecondFlow, second.Identifier.GetLocation(), context.Type.Name, flow.Identifier.ValueText);
        }

        if (hasForward)
        {
            context.Findings.Add(Descriptors.FlowAndForward, flow.Identifier.GetLocation(), context.Type.Name);
        }

        if (!HasSignature(context, flow, out var inputs))
        {
            context.Findings.Add(
                Descriptors.FlowSignature, flow.Identifier.GetLocation(), flow.Identifier.ValueText, "must take one Tensor and return a Tensor");
            return new(null, hasForward, inputs, null);
        }

        var parsed = FlowParser.Parse(context, flow, layers);
        return new(hasForward || flows.Count > 1 ? null : parsed, hasForward, 1, parsed.Sizes);
    }

    private static bool IsFlow(DeclarationContext context, MethodDeclarationSyntax method) =>
        method.AttributeLists.Count > 0
        && context.ModelOf(method).GetDeclaredSymbol(method, context.Cancellation) is { } symbol && KnownNames.Has(symbol, KnownNames.Flow);

    private static bool HasSignature(DeclarationContext context, MethodDeclarationSyntax method, out int inputs)
    {
        var symbol = context.ModelOf(method).GetDeclaredSymbol(method, context.Cancellation)!;
        inputs = symbol.Parameters.Length;
        return symbol is { Parameters: [{ RefKind: RefKind.None } input], IsGenericMethod: false, IsAsync: false, IsStatic: false, RefKind: RefKind.None }
            && IsTensor(input.Type) && IsTensor(symbol.ReturnType) && (method.Body is not null || method.ExpressionBody is not null);
    }

    // A type that C# does not know has its own message.
    private static bool IsTensor(ITypeSymbol type) => KnownNames.IsTensor(type) || type.TypeKind == TypeKind.Error;

    /// <summary>What was found.</summary>
    /// <param name="Parsed">The flow, where there is exactly one and no <c>forward</c>.</param>
    /// <param name="HasForward">Whether the user wrote <c>forward</c>.</param>
    /// <param name="Inputs">How many inputs the flow takes.</param>
    /// <param name="Shapes">What the flow's axes were found to be.</param>
    public sealed record Found(ParsedFlow? Parsed, bool HasForward, int Inputs, Sizes.Unifier? Shapes);
}
