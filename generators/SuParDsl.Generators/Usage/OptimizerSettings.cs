using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Symbols;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Usage;

/// <summary>Reports constant settings that an optimizer or a schedule does not accept.</summary>
internal static class OptimizerSettings
{
    /// <summary>Checks the weight-decay mode in a call of a model's optimizer.</summary>
    public static void Check(IInvocationOperation call, Action<Diagnostic> report)
    {
        if (!KnownNames.IsOptimizerType(call.TargetMethod.ReturnType, "MuOptimizer"))
        {
            return;
        }

        foreach (var argument in call.Arguments)
        {
            if (argument is { IsImplicit: false, Parameter.Name: "coupling" }
                && argument.Value.ConstantValue is { HasValue: true, Value: int mode }
                && Enum.IsDefined(typeof(WeightDecayCoupling), mode)
                && WeightDecayCouplings.Refusal(call.TargetMethod.Name, (WeightDecayCoupling)mode) is { } refusal)
            {
                report(Diagnostic.Create(
                    Descriptors.ForeignDecayMode, argument.Syntax.GetLocation(), refusal,
                    string.Join(", ", WeightDecayCouplings.Of(call.TargetMethod.Name))));
            }
        }
    }

    /// <summary>Checks the final factor of a schedule.</summary>
    public static void Check(IObjectCreationOperation creation, Action<Diagnostic> report)
    {
        if (!KnownNames.IsOptimizerType(creation.Type, "Schedule"))
        {
            return;
        }

        foreach (var argument in creation.Arguments)
        {
            if (argument is { IsImplicit: false, Parameter.Name: "Final" }
                && argument.Value.ConstantValue is { HasValue: true, Value: double final }
                && final is not (>= 0 and <= 1))
            {
                report(Diagnostic.Create(Descriptors.FinalAbovePeak, argument.Syntax.GetLocation(), NumberText.Of(final)));
            }
        }
    }
}
