using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Symbols;
using SuParDsl.Generators.Parsing.Syntax;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Usage;

/// <summary>Reports optimizers that ignore the parameter groups of a model, and wrong arguments of those that use them.</summary>
internal static class OptimizerUse
{
    public static void Check(IInvocationOperation call, Action<Diagnostic> report)
    {
        var method = call.TargetMethod;
        if (Torch.Is(method.ContainingType, "torch", "optim") && Torch.IsOptimizer(method.ReturnType))
        {
            CheckPlain(Callee(call.Syntax), method.Name, call.Arguments, report);
        }
        else if (method.Name is "clip_grad_norm_" or "clip_grad_value_"
            && Torch.Is(method.ContainingType, "torch", "nn", "utils"))
        {
            if (call.Arguments.Any(static argument => Torch.OwnerOfParameters(argument.Value) is not null))
            {
                report(Diagnostic.Create(Descriptors.PlainClipping, Callee(call.Syntax).GetLocation(), method.Name));
            }
        }
        else if (method.Name is "Adam" or "AdamW" && KnownNames.IsOptimizerType(method.ReturnType, "MuOptimizer"))
        {
            CheckAdam(call, report);
        }
    }

    public static void Check(IObjectCreationOperation creation, Action<Diagnostic> report)
    {
        if (Torch.IsOptimizer(creation.Type))
        {
            CheckPlain(creation.Syntax is ObjectCreationExpressionSyntax named ? named.Type : creation.Syntax,
                creation.Type!.Name, creation.Arguments, report);
        }
    }

    // The name of the model's own optimizer of a family; null if no rule is known for the family.
    private static string? Counterpart(string optimizer) => optimizer switch
    {
        "AdamW" or "Adam" => optimizer,
        "SGD" => "Sgd",
        _ => null,
    };

    private static void CheckPlain(
        SyntaxNode place, string optimizer, IEnumerable<IArgumentOperation> arguments, Action<Diagnostic> report)
    {
        var owner = arguments.Select(static argument => Torch.OwnerOfParameters(argument.Value))
            .FirstOrDefault(static found => found is not null);
        if (owner is null)
        {
            return;
        }

        var (type, model) = (owner.Type!.Name, IsModel(owner.Type) ? UserSyntax.OneLine(owner.Syntax) : "model");
        var properties = Counterpart(optimizer) is { } name && IsModel(owner.Type)
            ? ImmutableDictionary<string, string?>.Empty.Add(Descriptors.Remedy, $"{model}.{name}")
            : null;
        report(Counterpart(optimizer) is { } ours
            ? Diagnostic.Create(Descriptors.PlainOptimizer, place.GetLocation(), properties, UserSyntax.OneLine(place), type,
                model, ours)
            : Diagnostic.Create(Descriptors.UnknownOptimizer, place.GetLocation(), optimizer, type, model));
    }

    private static void CheckAdam(IInvocationOperation call, Action<Diagnostic> report)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument is not { ArgumentKind: Microsoft.CodeAnalysis.Operations.ArgumentKind.Explicit,
                Value.ConstantValue: { HasValue: true, Value: double value } })
            {
                continue;
            }

            var text = NumberText.Of(value);
            if (argument.Parameter?.Name == "weightDecay" && value != 0 && call.TargetMethod.Name == "Adam")
            {
                report(Diagnostic.Create(Descriptors.CoupledDecay, argument.Syntax.GetLocation(), text));
            }
            else if (argument.Parameter?.Name == "eps" && value > 1e-8 && ScalesOnlyInWidth(call) is { } model)
            {
                report(Diagnostic.Create(Descriptors.LargeEpsilon, argument.Syntax.GetLocation(), text, model.Name));
            }
        }
    }

    // Read the receiver of an extension from the syntax, which is the same in every compiler.
    private static INamedTypeSymbol? ScalesOnlyInWidth(IInvocationOperation call)
    {
        if (call.Syntax is not InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access }
            || call.SemanticModel?.GetTypeInfo(access.Expression).Type is not INamedTypeSymbol model
            || !KnownNames.Has(model, KnownNames.Model))
        {
            return null;
        }

        var sizes = model.InstanceConstructors.SelectMany(static c => c.Parameters).ToArray();
        sizes = [.. sizes, .. sizes.Select(static p => p.Type).OfType<INamedTypeSymbol>().Where(static t => t.IsRecord)
            .SelectMany(static t => t.InstanceConstructors).SelectMany(static c => c.Parameters)];
        return sizes.Any(static p => KnownNames.Has(p, KnownNames.MuWidth))
            && !sizes.Any(static p => KnownNames.Has(p, KnownNames.MuDepth))
            ? model
            : null;
    }

    private static bool IsModel(ITypeSymbol type) =>
        KnownNames.IsLibraryType(type, "Model") || KnownNames.IsLibraryType(type, "IModel")
        || KnownNames.IsLibraryType(type.BaseType, "Model");

    private static SyntaxNode Callee(SyntaxNode call) =>
        call is InvocationExpressionSyntax invocation ? invocation.Expression : call;
}
