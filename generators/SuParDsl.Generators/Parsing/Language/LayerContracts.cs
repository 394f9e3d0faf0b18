using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Symbols;
using SuParDsl.Generators.Parsing.Syntax;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Language;

/// <summary>
/// Reads <c>[Contract]</c> on a layer type of the user's own, in this assembly or another, into a row like those of the
/// <see cref="LayerTable"/>. That table stays as it is: image sizes, tied readouts and positions are more than a contract says.
/// </summary>
internal sealed class LayerContracts
{
    private const string Example = "[Contract(\"... in -> ... out\", Weight = \"out in\", FanIn = \"in\")]";
    private const string AnyAxis = "_";

    private readonly INamedTypeSymbol type;
    private readonly AttributeData mark;
    private readonly CancellationToken cancellation;
    private readonly Dictionary<string, IParameterSymbol> sizes = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> used = new(StringComparer.Ordinal);
    private Diagnostic? problem;

    private LayerContracts(INamedTypeSymbol type, AttributeData mark, CancellationToken cancellation) =>
        (this.type, this.mark, this.cancellation) = (type, mark, cancellation);

    /// <summary>
    /// The layer that the contract of a type describes; null if the type has no contract or one that cannot be read.
    /// </summary>
    public static BuiltInLayer? Of(ITypeSymbol symbol, CancellationToken cancellation) =>
        symbol is INamedTypeSymbol type && KnownNames.Find(type, KnownNames.Contract) is { } mark
            ? new LayerContracts(type, mark, cancellation).Read()
            : null;

    /// <summary>The diagnostic of a wrong contract; null if the contract is right.</summary>
    public static Diagnostic? Check(INamedTypeSymbol type, CancellationToken cancellation)
    {
        if (KnownNames.Find(type, KnownNames.Contract) is not { } mark)
        {
            return null;
        }

        var reader = new LayerContracts(type, mark, cancellation);
        reader.Read();
        return reader.problem;
    }

    private BuiltInLayer? Read()
    {
        if (mark.ConstructorArguments is not [{ Value: string text }])
        {
            return null;
        }

        var constructors = type.InstanceConstructors.Where(static c => c.DeclaredAccessibility == Accessibility.Public).ToList();
        if (!KnownNames.IsUnaryModule(type) || type.IsGenericType || type.IsAbstract || constructors.Count != 1)
        {
            Fail(null, default, text, type.IsGenericType ? "is on a generic type" : type.IsAbstract ? "is on an abstract type"
                : constructors.Count != 1 ? "needs exactly one public constructor, because it names the parameters"
                : "is on a class that does not derive from Module<Tensor, Tensor>");
            return null;
        }

        foreach (var parameter in constructors[0].Parameters.Where(static p => IsSize(p.Type)))
        {
            sizes[parameter.Name] = parameter;
        }

        var contract = Contract.Parse(text, out var why, out var where);
        if (contract is not { Inputs.Length: 1, Outputs.Length: 1 })
        {
            Fail(null, where, text, contract is null ? why : "has more than one input or output");
            return null;
        }

        var (takes, gives) = (contract.Inputs[0], contract.Outputs[0]);
        var input = takes with { Axes = Axes(takes, gives, text) };
        var output = gives with { Axes = Axes(gives, takes, text) };
        var tensors = Tensors(constructors[0]);
        return problem is not null ? null : new(
            type.Name,
            [.. constructors[0].Parameters.Select(Parameter)],
            [.. tensors],
            ShapeOf(input, output),
            IsMatrix: tensors is [{ Axes.Length: > 1 }, ..])
        {
            IsContract = true,
            PerPosition = KnownNames.IsPerPosition(mark),
        };
    }

    private static bool IsSize(ITypeSymbol type) => type.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64;

    private LayerParameter Parameter(IParameterSymbol parameter) => used.Contains(parameter.Name)
        ? new(parameter.Name, ArgumentKind.Size, parameter.HasExplicitDefaultValue ? Literals.Of(parameter) : null)
        : new(parameter.Name, ArgumentKind.Other, Literals.Of(parameter));

    /// <summary>The contract "… in → … out" acts like a Linear; every other one is matched axis by axis.</summary>
    private ShapeRule ShapeOf(ShapePattern input, ShapePattern output) =>
        input is { IsOpen: true, Axes: [var from] } && output is { IsOpen: true, Axes: [var to] } && used.Contains(from)
            && used.Contains(to)
            ? new ShapeRule.LastAxis(from, to)
            : new ShapeRule.Contract(input, output);

    private List<TensorRule> Tensors(IMethodSymbol constructor)
    {
        var tensors = new List<TensorRule>();
        var (weight, fanIn, bias) = (Named("Weight"), Named("FanIn"), Named("Bias"));
        if (weight is null)
        {
            if ((fanIn ?? bias) is { } loose)
            {
                Fail(fanIn is null ? "Bias" : "FanIn", new(0, loose.Length), loose, "is given without a Weight");
            }

            return tensors;
        }

        var axes = Formulas("Weight", weight);
        if (axes.Length > 1 && fanIn is null)
        {
            Fail("Weight", new(0, weight.Length), weight, "has several axes, but FanIn does not say what each output sums over");
        }
        else if (axes.Length > 1)
        {
            var sum = Formulas("FanIn", fanIn!);
            if (problem is null && sum.Length == 1)
            {
                tensors.Add(new("weight", axes, sum[0], FanOut(axes, sum[0]), TensorInitialization.Normal));
            }
        }
        else if (problem is null)
        {
            tensors.Add(new("weight", axes, null, axes[0], TensorInitialization.Own));
        }

        if (bias is not null && Formulas("Bias", bias) is [var size] && problem is null)
        {
            var flag = constructor.Parameters
                .FirstOrDefault(static p => p is { Name: "bias", Type.SpecialType: SpecialType.System_Boolean });
            tensors.Add(new("bias", [size], null, size, TensorInitialization.Zeros, flag?.Name));
        }

        return tensors;
    }

    /// <summary>
    /// The axes of a weight that are not part of its fan-in. A lookup table has a fan-in of 1, and its last axis remains.
    /// </summary>
    private static string FanOut(string[] axes, string fanIn)
    {
        var all = axes.Aggregate(Polynomial.One, static (product, axis) => product * SizeText.Parse(axis, static _ => null)!);
        var sum = SizeText.Parse(fanIn, static _ => null)!;
        return sum.Equals(Polynomial.One) ? axes[axes.Length - 1] : (all / sum).ToString();
    }

    private string? Named(string argument) =>
        mark.NamedArguments.FirstOrDefault(pair => pair.Key == argument).Value.Value as string;

    /// <summary>Axes over the constructor's parameters.</summary>
    private string[] Formulas(string argument, string text)
    {
        var formulas = text.Split([' '], StringSplitOptions.RemoveEmptyEntries);
        if (formulas.Length == 0)
        {
            Fail(argument, default, text, "has no axes");
        }

        return [.. formulas.Select(formula => Over(argument, text, formula, static _ => false))];
    }

    /// <summary>The axes of one side of the arrow: a name that is no parameter is an axis that both sides have.</summary>
    private ImmutableArray<string> Axes(ShapePattern side, ShapePattern other, string text)
    {
        var count = 0;
        return [.. side.Axes.Select(axis =>
            axis == AnyAxis ? AnyAxis + Rational.Text(++count)
            : Over(null, text, axis, name => name == axis && other.Axes.Contains(name)))];
    }

    private string Over(string? argument, string text, string formula, Func<string, bool> isFree)
    {
        if (SizeText.Parse(formula, static _ => null) is null)
        {
            Fail(argument, Where(formula), text, $"has the invalid axis '{formula}'");
            return formula;
        }

        return Identifiers.Replace(formula, name =>
        {
            if (sizes.TryGetValue(name, out var parameter))
            {
                used.Add(parameter.Name);
                return parameter.Name;
            }

            if (!isFree(name))
            {
                var known = sizes.Count == 0 ? "has no sizes" : "has "
                    + string.Join(", ", sizes.Values.Select(static p => $"'{p.Name}'"));
                Fail(argument, Where(name), text, $"names '{name}', but its constructor {known}");
            }

            return null;
        });

        TextSpan Where(string part) => new(StartOf(text, part), part.Length);
    }

    /// <summary>Where a whole word starts.</summary>
    private static int StartOf(string text, string word)
    {
        var at = text.IndexOf(word, StringComparison.Ordinal);
        while (at >= 0 && (IsPart(at - 1) || IsPart(at + word.Length)))
        {
            at = text.IndexOf(word, at + 1, StringComparison.Ordinal);
        }

        return Math.Max(at, 0);

        bool IsPart(int index) => index >= 0 && index < text.Length && char.IsLetterOrDigit(text[index]);
    }

    private void Fail(string? argument, TextSpan where, string text, string why) => problem ??= Diagnostic.Create(
        Descriptors.LayerContract, AttributeText.Place(mark, argument, where, cancellation), text, type.Name, why, Example);
}
