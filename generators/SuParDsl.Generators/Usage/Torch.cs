using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using SuParDsl.Generators.Parsing.Syntax;

namespace SuParDsl.Generators.Usage;

/// <summary>Questions about calls of TorchSharp on the library's layers.</summary>
internal static class Torch
{
    /// <summary>Whether a type is one of TorchSharp's nested static classes, as <c>torch.nn.init</c>.</summary>
    public static bool Is(ITypeSymbol? type, params string[] path)
    {
        for (var i = path.Length - 1; i >= 0; i--, type = type.ContainingType)
        {
            if (type?.Name != path[i])
            {
                return false;
            }
        }

        return type is null;
    }

    /// <summary>Whether a type is TorchSharp's <c>Optimizer</c> or derives from it.</summary>
    public static bool IsOptimizer(ITypeSymbol? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (type.Name == "Optimizer" && Is(type, "torch", "optim", "Optimizer"))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a type is a layer of this library: built-in, block or model.</summary>
    public static bool IsLayer(ITypeSymbol? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (type.Name is "Layer" or "Weight"
                && type.ContainingNamespace is { Name: "SuParDsl", ContainingNamespace.IsGlobalNamespace: true })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// The layer whose <c>parameters()</c> a value comes from, directly or through locals; null if none is found.
    /// </summary>
    public static IOperation? OwnerOfParameters(IOperation value) => OwnerOfParameters(value, depth: 0);

    /// <summary>The field of a built-in layer that a value reads: its weight or bias.</summary>
    public static IFieldReferenceOperation? WeightOf(IOperation? value)
    {
        while (value is IConversionOperation conversion)
        {
            value = conversion.Operand;
        }

        return value is IFieldReferenceOperation { Field: { Name: "weight" or "bias", ContainingType: { } layer } } field
            && layer.ContainingNamespace is { Name: "SuParDsl", ContainingNamespace.IsGlobalNamespace: true }
            && IsLayer(layer)
            ? field
            : null;
    }

    /// <summary>The user's name of the layer that a field belongs to.</summary>
    public static string LayerOf(IFieldReferenceOperation field) => field.Instance switch
    {
        IPropertyReferenceOperation property => property.Property.Name,
        { } other => UserSyntax.OneLine(other.Syntax),
        null => field.Field.ContainingType.Name,
    };

    private static IOperation? OwnerOfParameters(IOperation value, int depth)
    {
        foreach (var part in value.DescendantsAndSelf())
        {
            if (part is IInvocationOperation { TargetMethod.Name: "parameters" or "named_parameters", Instance: { } owner }
                && IsLayer(owner.Type))
            {
                return owner;
            }

            if (depth < 4 && part is ILocalReferenceOperation { Local: { DeclaringSyntaxReferences: [var declaration] },
                SemanticModel: { } model }
                && model.GetOperation(declaration.GetSyntax()) is IVariableDeclaratorOperation { Initializer.Value: { } initial }
                && OwnerOfParameters(initial, depth + 1) is { } found)
            {
                return found;
            }
        }

        return null;
    }
}
