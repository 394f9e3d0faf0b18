using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Symbols;
using SuParDsl.Generators.Parsing.Syntax;

namespace SuParDsl.Generators.Parsing.Layers;

/// <summary>Reads the method by which a mask changes during training, and reports one that could change nothing.</summary>
internal static class MaskMethod
{
    /// <summary>The method that a <c>[Sparse]</c> states, and where; null if the mask is static (SUP216, SUP217).</summary>
    public static (SparsityMethod By, Location Place)? Read(DeclarationContext context, AttributeData sparse, string owner)
    {
        if (KnownNames.EnumValue<SparsityMethod>(sparse, "Method") is not ({ } method and not SparsityMethod.Static)
            || AttributeText.Argument(sparse, "Method", context.Cancellation) is not { } place)
        {
            return null;
        }

        if (sparse.ConstructorArguments is [{ Value: 1.0 }])
        {
            var argument = AttributeText.Argument(sparse, 0, context.Cancellation) ?? place;
            context.Findings.Add(Descriptors.NothingToMove, argument.GetLocation(), owner, method);
        }
        else if (method is SparsityMethod.Set or SparsityMethod.RigL
            && KnownNames.EnumValue<Mask>(sparse, "Mask") is { } mask and not (Mask.Exact or Mask.Bernoulli))
        {
            var pattern = AttributeText.Argument(sparse, "Mask", context.Cancellation) ?? place;
            context.Findings.Add(Descriptors.MovingPattern, pattern.GetLocation(), owner, mask, method);
        }

        return (method, place.GetLocation());
    }
}
