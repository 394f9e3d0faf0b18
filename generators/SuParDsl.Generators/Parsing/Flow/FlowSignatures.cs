using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Parsing.Symbols;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>The signatures that a flow may have, and what to write instead of another.</summary>
internal static class FlowSignatures
{
    /// <summary>The largest number of tensors that a flow takes or returns.</summary>
    public const int MostTensors = 4;

    /// <summary>The types that a method returns: the parts of a tuple, or one.</summary>
    public static ImmutableArray<ITypeSymbol> Outputs(IMethodSymbol method) =>
        method.ReturnType is INamedTypeSymbol { IsTupleType: true } tuple
            ? [.. tuple.TupleElements.Select(static element => element.Type)]
            : [method.ReturnType];

    /// <summary>Whether a flow may have the signature of a method.</summary>
    public static bool IsSupported(IMethodSymbol method) =>
        method is { IsGenericMethod: false, IsAsync: false, IsStatic: false, RefKind: RefKind.None }
        && method.Parameters.Length is >= 1 and <= MostTensors
        && method.Parameters.All(static p => p.RefKind == RefKind.None && IsTensor(p.Type))
        && Outputs(method) is { Length: <= MostTensors } outputs && outputs.All(IsTensor);

    /// <summary>What is wrong with the signature of a method, and what to write instead.</summary>
    /// <param name="method">The method, whose signature is not supported or which has no body.</param>
    /// <param name="owner">The class of the method.</param>
    public static (string What, string Remedy) Fault(IMethodSymbol method, string owner)
    {
        var name = method.Name;
        if (method is { IsStatic: true } or { IsAsync: true } or { IsGenericMethod: true })
        {
            var form = method.IsStatic ? "is static" : method.IsAsync ? "is async" : "is generic";
            return ($"{form}, but forward is an ordinary method", $"write: Tensor {name}(Tensor x)");
        }

        if (method.Parameters.FirstOrDefault(static p => p.RefKind != RefKind.None || !IsTensor(p.Type)) is { } wrong)
        {
            return Fault(wrong, name, owner);
        }

        if (method.Parameters.Length > MostTensors)
        {
            var count = Rational.Text(method.Parameters.Length);
            return ($"takes {count} Tensors, and at most {Rational.Text(MostTensors)} are allowed",
                "pass those of one type and length as one Tensor, and take them apart with Split");
        }

        return method.Parameters.Length == 0
            ? ("takes no Tensor", $"write what goes in: Tensor {name}(Tensor x)")
            : ($"must return one Tensor or a tuple of 2 to {Rational.Text(MostTensors)} of them",
                $"write: Tensor {name}(…) => …, or (Tensor, Tensor) {name}(…) => (…, …)");
    }

    private static (string What, string Remedy) Fault(IParameterSymbol parameter, string flow, string owner)
    {
        var type = parameter.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);
        if (parameter.RefKind != RefKind.None)
        {
            return ($"takes '{parameter.Name}' by reference", $"write: Tensor {parameter.Name}");
        }

        if (parameter.Type is INamedTypeSymbol { IsTupleType: true } tuple
            && tuple.TupleElements.All(static element => IsTensor(element.Type)))
        {
            var parts = string.Join(", ", tuple.TupleElements.Select(static element => "Tensor " + Part(element)));
            return ($"takes '{parameter.Name}' as a tuple", $"write its parts as parameters: {flow}({parts})");
        }

        if (parameter.Type is IArrayTypeSymbol { ElementType: var element } && IsTensor(element)
            || parameter.Type is INamedTypeSymbol { TypeArguments: [var only] } && IsTensor(only))
        {
            return ($"takes '{parameter.Name}', a {type}, whose number of Tensors is not known at compile time",
                $"write one parameter for each: {flow}(Tensor {parameter.Name}0, Tensor {parameter.Name}1)");
        }

        return ($"takes '{parameter.Name}', which is {Article(type)} {type} and not a Tensor",
            $"make it a parameter of the class: {owner}(…, {type} {parameter.Name})");
    }

    // Item1 of an unnamed part is no name that a reader would choose.
    private static string Part(IFieldSymbol element) =>
        element.IsExplicitlyNamedTupleElement ? element.Name : "x" + element.Name.Substring("Item".Length);

    private static string Article(string type) => "aeiou".IndexOf(char.ToLowerInvariant(type[0])) >= 0 ? "an" : "a";

    // A type that C# does not know has its own message.
    private static bool IsTensor(ITypeSymbol type) => KnownNames.IsTensor(type) || type.TypeKind == TypeKind.Error;
}
