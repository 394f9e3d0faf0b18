using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Symbols;

namespace SuParDsl.Generators.Usage;

/// <summary>Checks what an [Op] method does with its tensors.</summary>
internal static class OpUse
{
    /// <summary>Reports an argument that is stored beyond the scope in which it lives (SUP505).</summary>
    public static void Check(ISimpleAssignmentOperation assignment, ISymbol method, Action<Diagnostic> report)
    {
        if (assignment is { Target: IMemberReferenceOperation target,
            Value: IParameterReferenceOperation { Parameter: var kept } }
            && KnownNames.IsTensor(kept.Type) && KnownNames.Has(method, KnownNames.Op))
        {
            report(Diagnostic.Create(Descriptors.OpKeeps, assignment.Syntax.GetLocation(), method.Name, kept.Name,
                target.Member.Name));
        }
    }
}
