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
    private static readonly SignatureModel One = new(ImmutableArray.Create("input"), 1);

    public static FoundFlow Find(DeclarationContext context, ImmutableArray<Layer> layers)
    {
        var methods = context.Parts.SelectMany(static part => part.Members).OfType<MethodDeclarationSyntax>().ToList();
        var flows = methods.Where(method => IsFlow(context, method)).ToList();
        var forward = methods.FirstOrDefault(IsForward);
        if (flows.Count == 0)
        {
            if (forward is null)
            {
                var piped = layers.Where(static layer => layer.BuiltIn?.IsPiped != false);
                var pipe = string.Concat(piped.Select(static layer => " | " + layer.Name));
                context.Findings.Add(Descriptors.NoFlow, context.Part.Identifier.GetLocation(), context.Type.Name, pipe);
            }

            return new(null, forward, SignatureOf(context, forward), IsOnly: true);
        }

        var flow = flows[0];
        foreach (var second in flows.Skip(1))
        {
            context.Findings.Add(
                Descriptors.SecondFlow, second.Identifier.GetLocation(), context.Type.Name, flow.Identifier.ValueText);
        }

        if (forward is not null)
        {
            context.Findings.Add(Descriptors.FlowAndForward, flow.Identifier.GetLocation(), context.Type.Name);
        }

        if (!HasSignature(context, flow, out var signature))
        {
            var symbol = context.ModelOf(flow).GetDeclaredSymbol(flow, context.Cancellation)!;
            var (what, remedy) = FlowSignatures.Fault(symbol, context.Type.Name);
            context.Findings.Add(
                Descriptors.FlowSignature, flow.Identifier.GetLocation(), flow.Identifier.ValueText, what, remedy);
            return new(null, forward, signature, IsOnly: false);
        }

        return new(flow, forward, signature, IsOnly: forward is null && flows.Count == 1);
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
        if (!FlowSignatures.IsSupported(symbol) || (method.Body is null && method.ExpressionBody is null))
        {
            return false;
        }

        var outputs = FlowSignatures.Outputs(symbol).Length;
        signature = new(symbol.Parameters.Select(static p => UserSyntax.Escape(p.Name)).ToImmutableArray(), outputs);
        return true;
    }

    /// <summary>The inputs and outputs of a forward that the user wrote.</summary>
    private static SignatureModel SignatureOf(DeclarationContext context, MethodDeclarationSyntax? forward) =>
        forward is not null
        && context.ModelOf(forward).GetDeclaredSymbol(forward, context.Cancellation)
            is { Parameters: { Length: > 0 and <= FlowSignatures.MostTensors } inputs, ReturnType: var result }
            ? new(inputs.Select(static p => UserSyntax.Escape(p.Name)).ToImmutableArray(), BlockTypes.Outputs(result))
            : One;
}

/// <summary>The methods that connect the layers of a class.</summary>
/// <param name="Method">The flow; null where there is none that can be read.</param>
/// <param name="Forward">The <c>forward</c> that the user wrote; null for none.</param>
/// <param name="Signature">What the flow or the <c>forward</c> takes and gives.</param>
/// <param name="IsOnly">
/// Whether nothing else in the class connects its layers, so that <c>forward</c> follows from the flow.
/// </param>
internal sealed record FoundFlow(
    MethodDeclarationSyntax? Method, MethodDeclarationSyntax? Forward, SignatureModel Signature, bool IsOnly);
