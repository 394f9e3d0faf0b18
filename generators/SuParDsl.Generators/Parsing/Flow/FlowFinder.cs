using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Parsing.Layers;
using SuParDsl.Generators.Parsing.Symbols;
using SuParDsl.Generators.Parsing.Syntax;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>Finds the method that connects the layers of a class.</summary>
internal static class FlowFinder
{
    private const int MostTensors = 4;

    private static readonly SignatureModel One = new(ImmutableArray.Create("input"), 1);

    public static Found Read(DeclarationContext context, ImmutableArray<Layer> layers)
    {
        Ops.Check(context);
        var methods = context.Parts.SelectMany(static part => part.Members).OfType<MethodDeclarationSyntax>().ToList();
        var flows = methods.Where(method => IsFlow(context, method)).ToList();
        var forward = methods.FirstOrDefault(IsForward);
        var hasForward = forward is not null;
        if (flows.Count == 0)
        {
            if (!hasForward)
            {
                var piped = layers.Where(static layer => layer.BuiltIn?.IsPiped != false);
                var pipe = string.Concat(piped.Select(static layer => " | " + layer.Name));
                context.Findings.Add(Descriptors.NoFlow, context.Part.Identifier.GetLocation(), context.Type.Name, pipe);
            }

            return new(null, hasForward, SignatureOf(context, forward), null)
            {
                DepthFaults = forward is null ? [] : [.. FlowChecks.DepthFaults(context, forward)],
            };
        }

        var flow = flows[0];
        foreach (var second in flows.Skip(1))
        {
            context.Findings.Add(
                Descriptors.SecondFlow, second.Identifier.GetLocation(), context.Type.Name, flow.Identifier.ValueText);
        }

        if (hasForward)
        {
            context.Findings.Add(Descriptors.FlowAndForward, flow.Identifier.GetLocation(), context.Type.Name);
        }

        if (!HasSignature(context, flow, out var signature))
        {
            context.Findings.Add(
                Descriptors.FlowSignature, flow.Identifier.GetLocation(), flow.Identifier.ValueText,
                context.Kind == DeclarationKind.Model ? "must take one Tensor and return a Tensor"
                    : "must take 1 to 4 Tensors and return one or a tuple of them");
            return new(null, hasForward, signature, null);
        }

        var parsed = FlowParser.Parse(context, flow, layers);
        return new(hasForward || flows.Count > 1 ? null : parsed, hasForward, signature, parsed.Sizes)
        {
            DepthFaults = [.. FlowChecks.DepthFaults(context, parsed)],
        };
    }

    private static bool IsForward(MethodDeclarationSyntax method) =>
        method.Identifier.ValueText == "forward" && method.Modifiers.Any(SyntaxKind.OverrideKeyword);

    private static bool IsFlow(DeclarationContext context, MethodDeclarationSyntax method) =>
        method.AttributeLists.Count > 0
        && context.ModelOf(method).GetDeclaredSymbol(method, context.Cancellation) is { } symbol
        && KnownNames.Has(symbol, KnownNames.Flow);

    private static bool HasSignature(DeclarationContext context, MethodDeclarationSyntax method, out SignatureModel signature)
    {
        var symbol = context.ModelOf(method).GetDeclaredSymbol(method, context.Cancellation)!;
        signature = One;
        var outputs = symbol.ReturnType is INamedTypeSymbol { IsTupleType: true } tuple
            ? [.. tuple.TupleElements.Select(static element => element.Type)]
            : ImmutableArray.Create(symbol.ReturnType);
        var most = context.Kind == DeclarationKind.Model ? 1 : MostTensors;
        if (symbol.Parameters.Length < 1 || symbol.Parameters.Length > most || outputs.Length > most || !outputs.All(IsTensor)
            || symbol.Parameters.Any(static p => p.RefKind != RefKind.None || !IsTensor(p.Type))
            || symbol is not { IsGenericMethod: false, IsAsync: false, IsStatic: false, RefKind: RefKind.None }
            || (method.Body is null && method.ExpressionBody is null))
        {
            return false;
        }

        signature = new(symbol.Parameters.Select(static p => UserSyntax.Escape(p.Name)).ToImmutableArray(), outputs.Length);
        return true;
    }

    /// <summary>The inputs and outputs of a forward that the user wrote.</summary>
    private static SignatureModel SignatureOf(DeclarationContext context, MethodDeclarationSyntax? forward) =>
        forward is not null
        && context.ModelOf(forward).GetDeclaredSymbol(forward, context.Cancellation)
            is { Parameters: { Length: > 0 and <= MostTensors } inputs, ReturnType: var result }
            ? new(inputs.Select(static p => UserSyntax.Escape(p.Name)).ToImmutableArray(), BlockTypes.Outputs(result))
            : One;

    // A type that C# does not know has its own message.
    private static bool IsTensor(ITypeSymbol type) => KnownNames.IsTensor(type) || type.TypeKind == TypeKind.Error;

    /// <summary>What was found.</summary>
    /// <param name="Parsed">The flow, where there is exactly one and no <c>forward</c>.</param>
    /// <param name="HasForward">Whether the user wrote <c>forward</c>.</param>
    /// <param name="Signature">What the flow takes and gives.</param>
    /// <param name="Shapes">What the flow's axes were found to be.</param>
    public sealed record Found(ParsedFlow? Parsed, bool HasForward, SignatureModel Signature, Sizes.Unifier? Shapes)
    {
        /// <summary>The diagnostics to report if a Repeat around the block scales with depth.</summary>
        public ImmutableArray<Diagnostic> DepthFaults { get; init; } = [];
    }
}
