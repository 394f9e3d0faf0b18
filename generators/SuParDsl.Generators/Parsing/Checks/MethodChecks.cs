using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Rules;

namespace SuParDsl.Generators.Parsing.Checks;

/// <summary>Reports methods of changing masks that do not suit the rule of a model.</summary>
internal static class MethodChecks
{
    private const string RandomMask = "whose learning rates assume a random mask: the optimum moved by 2 octaves at density 1/64";
    private const string Moment = "which does not follow the current density";

    /// <summary>
    /// Methods under a model's default rule that they do not suit (SUP214), each at its place, which may be in a block. The rules
    /// of other parameterizations and the ablations are baselines that one chooses to compare with.
    /// </summary>
    public static void CheckRule(DeclarationContext context, ImmutableArray<TensorInfo> tensors)
    {
        var parameter = context.Parameters.FirstOrDefault(static p => p.Kind == ParameterKind.Rule);
        if (context.Kind != DeclarationKind.Model || (parameter is null ? Rule.SuPar : parameter.DefaultRule) is not { } rule)
        {
            return;
        }

        var places = new HashSet<Location>();
        foreach (var tensor in tensors)
        {
            if (TensorTable.DensityOf(context, tensor) is { Value: not "1", Moves: var (method, place) }
                && Better(method, rule) is var (better, why) && places.Add(place))
            {
                var layer = tensor.Name.Substring(0, tensor.Name.LastIndexOf('.'));
                context.Findings.Add(Diagnostic.Create(
                    Descriptors.MethodAndRule, place, parameter?.Syntax is { } syntax ? [syntax.GetLocation()] : [],
                    ImmutableDictionary<string, string?>.Empty.Add(Descriptors.Remedy, better.ToString()),
                    layer, method, rule, why, better));
            }
        }
    }

    /// <summary>The rule that suits a method better, and what the given rule lacks; null if the given rule suits.</summary>
    private static (Rule Rule, string Why)? Better(SparsityMethod method, Rule rule) => (method, rule) switch
    {
        (SparsityMethod.RigL, Rule.SuPar or Rule.SuParFinal) => (Rule.Measured, RandomMask),
        (SparsityMethod.Gmp, Rule.Measured or Rule.SuParFinal) => (Rule.SuPar, Moment),
        _ => null,
    };
}
