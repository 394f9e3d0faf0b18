using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SuParDsl.Generators.Parsing.Syntax;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Symbols;

/// <summary>Writes a parameter's default as C#, the same on every machine.</summary>
internal static class Literals
{
    /// <summary>The default; null where the parameter has none.</summary>
    public static string? Of(IParameterSymbol parameter)
    {
        if (!parameter.HasExplicitDefaultValue)
        {
            return null;
        }

        var type = parameter.Type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable
            ? nullable.TypeArguments[0]
            : parameter.Type;
        return parameter.ExplicitDefaultValue switch
        {
            null when type is { IsReferenceType: true, NullableAnnotation: not NullableAnnotation.Annotated } => "default!",
            null => "default",
            { } value when type.TypeKind == TypeKind.Enum => OfEnum(type, value),
            double value => NumberText.Literal(value),
            float value => $"(float){NumberText.Literal(value)}",
            bool value => value ? "true" : "false",
            string value => SymbolDisplay.FormatLiteral(value, quote: true),
            char value => SymbolDisplay.FormatLiteral(value, quote: true),
            decimal value => value.ToString(CultureInfo.InvariantCulture) + "m",
            IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
            _ => "default",
        };
    }

    /// <summary>The member of an enumeration with a value; null if none has it.</summary>
    public static IFieldSymbol? MemberOf(ITypeSymbol type, object value) => type.GetMembers().OfType<IFieldSymbol>()
        .FirstOrDefault(field => field.HasConstantValue && Equals(field.ConstantValue, value));

    /// <summary>The member of an enum that a value is, in full; a value that is no member, as a cast.</summary>
    private static string OfEnum(ITypeSymbol type, object value)
    {
        var name = type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
        return MemberOf(type, value) is not { } member
            ? $"({name})({((IFormattable)value).ToString(null, CultureInfo.InvariantCulture)})"
            : $"{name}.{UserSyntax.Escape(member.Name)}";
    }
}
