using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Symbols;

namespace SuParDsl.Generators.Usage;

/// <summary>Reports writes to the weights of a model's layers that bypass its rule and its masks.</summary>
internal static class WeightUse
{
    // Other methods, such as mul_ and zero_, keep zeros.
    private static readonly HashSet<string> Writers = new(StringComparer.Ordinal)
    {
        "add_", "sub_", "addcmul_", "addcdiv_", "lerp_", "fill_", "copy_", "normal_", "uniform_", "random_", "bernoulli_",
        "exponential_", "log_normal_",
        "index_add_", "index_copy_", "index_fill_", "index_put_", "masked_fill_", "masked_scatter_", "scatter_", "scatter_add_",
        "fill_diagonal_", "set_",
    };

    public static void Check(IInvocationOperation call, Action<Diagnostic> report)
    {
        var method = call.TargetMethod;
        if (!method.Name.EndsWith("_", StringComparison.Ordinal) || call.Syntax is not InvocationExpressionSyntax syntax)
        {
            return;
        }

        if (Torch.Is(method.ContainingType, "torch", "nn", "init"))
        {
            if (call.Arguments.Select(static argument => Torch.WeightOf(argument.Value))
                .FirstOrDefault(static f => f is not null) is { } drawn)
            {
                report(Diagnostic.Create(Descriptors.OwnInitialization, syntax.Expression.GetLocation(), method.Name,
                    Torch.LayerOf(drawn)));
            }
        }
        else if (Writers.Contains(method.Name) && Torch.WeightOf(call.Instance) is { } field && IsMasked(field)
            && !AppliesMasks(call))
        {
            report(Diagnostic.Create(Descriptors.WrittenPastMask, syntax.GetLocation(), method.Name, Torch.LayerOf(field)));
        }
    }

    public static void Check(ISimpleAssignmentOperation assignment, Action<Diagnostic> report)
    {
        if (Torch.WeightOf(assignment.Target) is { } target && Torch.WeightOf(assignment.Value) is { } source)
        {
            report(Diagnostic.Create(
                Descriptors.HandMadeTie, assignment.Syntax.GetLocation(), Torch.LayerOf(target), Torch.LayerOf(source)));
        }
    }

    // The innermost attribute wins, on the way from the layer up to the model.
    private static bool IsMasked(IFieldReferenceOperation field)
    {
        if (field.Field is not { Name: "weight", ContainingType.Name: "Linear" or "Conv2d" or "ConvTranspose2d" })
        {
            return false;
        }

        var place = field.Instance;
        while (place is IPropertyReferenceOperation { Property: var property } step)
        {
            place = step.Instance;
            if (Mark(property) is { } onLayer)
            {
                return onLayer;
            }

            if (KnownNames.Has(property.ContainingType, KnownNames.Block) && Mark(property.ContainingType) is { } onBlock)
            {
                return onBlock;
            }
        }

        return false;
    }

    private static bool? Mark(ISymbol symbol) =>
        KnownNames.Has(symbol, KnownNames.Sparse) ? true : KnownNames.Has(symbol, KnownNames.Dense) ? false : null;

    private static bool AppliesMasks(IOperation operation)
    {
        while (operation.Parent is { } parent)
        {
            operation = parent;
        }

        return operation.Descendants().OfType<IInvocationOperation>()
            .Any(static call => call.TargetMethod is { Name: "ApplyMasks", ContainingType: var type }
            && (KnownNames.IsLibraryType(type, "Model") || KnownNames.IsLibraryType(type, "IModel")));
    }
}
