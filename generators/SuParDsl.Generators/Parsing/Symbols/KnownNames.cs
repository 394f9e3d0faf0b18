using System.Globalization;
using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Model;

namespace SuParDsl.Generators.Parsing.Symbols;

/// <summary>The library's types and attributes by name, and questions about symbols that need them.</summary>
internal static class KnownNames
{
    public const string Model = "ModelAttribute";
    public const string Block = "BlockAttribute";
    public const string Flow = "FlowAttribute";
    public const string MuWidth = "MuWidthAttribute";
    public const string MuDepth = "MuDepthAttribute";
    public const string Density = "DensityAttribute";
    public const string InitStd = "InitStdAttribute";
    public const string Multiplier = "MultiplierAttribute";
    public const string Sparse = "SparseAttribute";
    public const string Dense = "DenseAttribute";
    public const string Init = "InitAttribute";
    public const string NoDecay = "NoDecayAttribute";
    public const string LrScale = "LrScaleAttribute";
    public const string Fan = "FanAttribute";
    public const string Shape = "ShapeAttribute";
    public const string Op = "OpAttribute";
    public const string Foreign = "ForeignAttribute";
    public const string Contract = "ContractAttribute";

    private const string Namespace = "SuParDsl";

    public static AttributeData? Find(ISymbol symbol, string attribute)
    {
        foreach (var data in symbol.GetAttributes())
        {
            if (IsLibraryType(data.AttributeClass, attribute))
            {
                return data;
            }
        }

        return null;
    }

    public static bool Has(ISymbol symbol, string attribute) => Find(symbol, attribute) is not null;

    public static bool IsDeclaration(ITypeSymbol type) => Has(type, Model) || Has(type, Block);

    public static bool IsLibraryType(ITypeSymbol? type, string name) =>
        type is not null && type.Name == name && type.ContainingType is null
        && type.ContainingNamespace is { Name: Namespace, ContainingNamespace.IsGlobalNamespace: true };

    /// <summary>Whether a type is one of the library's namespace <c>SuParDsl.Optimizers</c>.</summary>
    public static bool IsOptimizerType(ITypeSymbol? type, string name) =>
        type is not null && type.Name == name
        && type.ContainingNamespace is { Name: "Optimizers", ContainingNamespace: { Name: Namespace } outer }
        && outer.ContainingNamespace.IsGlobalNamespace;

    /// <summary>Whether a type is a layer of any kind: a block, a built-in or a module of TorchSharp.</summary>
    public static bool IsModule(ITypeSymbol type)
    {
        for (ITypeSymbol? t = type; t is not null; t = t.BaseType)
        {
            if (IsDeclaration(t) || t is { Name: "Module", ContainingType: { Name: "nn", ContainingType.Name: "torch" } })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a type is a module of one tensor that gives one: <c>Module&lt;Tensor, Tensor&gt;</c>.</summary>
    public static bool IsUnaryModule(ITypeSymbol type)
    {
        for (ITypeSymbol? t = type; t is not null; t = t.BaseType)
        {
            if (t is INamedTypeSymbol { Name: "Module", ContainingType: { Name: "nn", ContainingType.Name: "torch" },
                TypeArguments: [var from, var to] })
            {
                return IsTensor(from) && IsTensor(to);
            }
        }

        return false;
    }

    public static bool IsTensor(ITypeSymbol? type) =>
        type is { Name: "Tensor", ContainingType.Name: "torch", ContainingNamespace.Name: "TorchSharp" };

    public static Location LocationOf(AttributeData attribute, CancellationToken cancellation) =>
        attribute.ApplicationSyntaxReference?.GetSyntax(cancellation).GetLocation() ?? Location.None;

    /// <summary>The value of a named argument that is of one of the library's enumerations; null if it is not given.</summary>
    public static LibraryEnum? EnumMember(AttributeData attribute, string argument) =>
        attribute.NamedArguments.FirstOrDefault(pair => pair.Key == argument).Value
            is { Kind: TypedConstantKind.Enum, Type: { } type, Value: IFormattable value }
            ? new(type.Name, Literals.MemberOf(type, value)?.Name, value.ToString(null, CultureInfo.InvariantCulture))
            : null;

    /// <summary>
    /// The value of a named argument whose enumeration the generator has, too; null if it is not given or is not a member.
    /// </summary>
    public static T? EnumValue<T>(AttributeData attribute, string argument)
        where T : struct, Enum =>
        attribute.NamedArguments.FirstOrDefault(pair => pair.Key == argument).Value
            is { Kind: TypedConstantKind.Enum, Value: int value } && Enum.IsDefined(typeof(T), value)
            ? (T)Enum.ToObject(typeof(T), value)
            : null;

    /// <summary>Whether an attribute says that a module or an op treats each position by itself.</summary>
    public static bool IsPerPosition(AttributeData attribute) => Named<bool>(attribute, "PerPosition") == true;

    public static T? Named<T>(AttributeData attribute, string argument)
        where T : struct =>
        attribute.NamedArguments.FirstOrDefault(pair => pair.Key == argument).Value
            is { Kind: TypedConstantKind.Primitive, Value: T value }
            ? value
            : null;
}
