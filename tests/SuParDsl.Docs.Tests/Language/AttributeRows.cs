using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SuParDsl.Docs.Tests.Language;

/// <summary>The tables of the language's attributes and of the values that they take, from their XML documentation.</summary>
internal static class AttributeRows
{
    /// <summary>The attributes in the order of their names.</summary>
    public static IReadOnlyList<INamedTypeSymbol> Attributes { get; } =
        [.. RuntimeSymbols.Types.Values.Where(static type => type.BaseType?.Name == nameof(Attribute))
            .OrderBy(static type => type.Name, StringComparer.Ordinal)];

    /// <summary>The enumerations whose values are passed to attributes or to a model's <c>rule</c>.</summary>
    public static IReadOnlyList<string> Enumerations { get; } =
    [
        "Mask", "SparsityMethod", "Distribution", "Storage", "InitDistribution", "Role", "Rule", "AttentionScaling",
        "RuleDensity",
    ];

    /// <summary>The name that is written between brackets.</summary>
    public static string NameOf(INamedTypeSymbol attribute) => attribute.Name[..^nameof(Attribute).Length];

    public static string OfAttributes(Examples examples) =>
        "| Attribute | On | What it says | Example |\n|---|---|---|---|\n" + string.Concat(Attributes.Select(type =>
            $"| {Forms(type)} | {Targets(type)} | {RuntimeSymbols.Summary(type)} | {examples.OfAttribute(NameOf(type))} |\n"));

    public static string OfOptions() => "| Option | Type | Default | What it says |\n|---|---|---|---|\n" + string.Concat(
        from type in Attributes
        from property in type.GetMembers().OfType<IPropertySymbol>()
        where property.SetMethod?.DeclaredAccessibility == Accessibility.Public
        select $"| `[{NameOf(type)}(…, {property.Name} = …)]` | "
            + $"`{property.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}` "
            + $"| {Default(property)} | {RuntimeSymbols.Summary(property)} |\n");

    public static string OfValues() => "| Value | What it says |\n|---|---|\n" + string.Concat(
        from name in Enumerations
        from value in RuntimeSymbols.Types[name].GetMembers().OfType<IFieldSymbol>()
        select $"| `{name}.{value.Name}` | {RuntimeSymbols.Summary(value)} |\n");

    private static string Forms(INamedTypeSymbol type) => string.Join(" ", type.InstanceConstructors
        .Select(constructor =>
            $"`[{NameOf(type)}{(constructor.Parameters.IsEmpty ? string.Empty : $"({Parameters(constructor)})")}]`"));

    private static string Parameters(IMethodSymbol constructor) =>
        string.Join(", ", constructor.Parameters.Select(static parameter =>
            parameter.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)
                .Replace("@", string.Empty, StringComparison.Ordinal)));

    private static string Targets(INamedTypeSymbol type)
    {
        var usage = type.GetAttributes().Single(static a => a.AttributeClass?.Name == nameof(AttributeUsageAttribute));
        var targets = (AttributeTargets)(int)usage.ConstructorArguments[0].Value!;
        return string.Join(", ", Enum.GetValues<AttributeTargets>()
            .Where(target => target != AttributeTargets.All && targets.HasFlag(target))
            .Select(static target => target.ToString().ToLowerInvariant()));
    }

    private static string Default(IPropertySymbol property)
    {
        var declared = (PropertyDeclarationSyntax)property.DeclaringSyntaxReferences[0].GetSyntax();
        return declared.Initializer is { } initializer ? $"`{initializer.Value}`"
            : property.Type.TypeKind == TypeKind.Enum ? $"`{property.Type.GetMembers().OfType<IFieldSymbol>().First().Name}`"
            : property.Type.SpecialType switch
            {
                SpecialType.System_Boolean => "`false`",
                SpecialType.System_Int32 => "`0`",
                _ => "none",
            };
    }
}
