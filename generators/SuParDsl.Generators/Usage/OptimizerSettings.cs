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

    /// <summary>Checks the final factor and the warm-up of a schedule.</summary>
    public static void Check(IObjectCreationOperation creation, Action<Diagnostic> report)
    {
        if (!KnownNames.IsOptimizerType(creation.Type, "Schedule"))
        {
            return;
        }

        CheckWarmup(creation, report);
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

    private static void CheckWarmup(IObjectCreationOperation creation, Action<Diagnostic> report)
    {
        var (warmup, steps) = (Constant("Warmup"), Constant("Steps"));
        if (warmup is { Value: var first, Place: var place } && steps is { Value: var second } && second > 0 && first >= second)
        {
            report(Diagnostic.Create(
                Descriptors.LongWarmup, place.GetLocation(), Rational.Text(first), Rational.Text(second),
                first > second
                    ? $"the order is Warmup, Steps: write new Schedule({Rational.Text(second)}, {Rational.Text(first)}, …)"
                    : "warm up for fewer steps than the run has"));
        }

        (int Value, SyntaxNode Place)? Constant(string name) => creation.Arguments
            .Where(argument => argument.Parameter?.Name == name && argument.Value.ConstantValue is { HasValue: true, Value: int })
            .Select(static argument => ((int, SyntaxNode)?)((int)argument.Value.ConstantValue.Value!, argument.Syntax))
            .FirstOrDefault();
    }
}
