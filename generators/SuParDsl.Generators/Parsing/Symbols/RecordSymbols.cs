using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace SuParDsl.Generators.Parsing.Symbols;

/// <summary>The symbols of a record of sizes: its constructor and the properties of its parameters.</summary>
internal static class RecordSymbols
{
    /// <summary>The constructor whose parameters are the record's sizes: each has a property of its name.</summary>
    public static IMethodSymbol? PrimaryConstructor(INamedTypeSymbol type) => type.InstanceConstructors
        .Where(constructor => constructor.Parameters.Length > 0
            && constructor.Parameters.All(parameter => PropertyOf(type, parameter) is not null))
        .OrderByDescending(static constructor => constructor.Parameters.Length).FirstOrDefault();

    /// <summary>The public properties of a record and then of the records that it derives from.</summary>
    public static ImmutableArray<RecordProperty> Properties(INamedTypeSymbol type)
    {
        var all = ImmutableArray.CreateBuilder<RecordProperty>();
        for (var current = type; current is { IsRecord: true }; current = current.BaseType)
        {
            all.AddRange(current.GetMembers().OfType<IPropertySymbol>()
                .Where(static property => property is
                {
                    IsStatic: false, IsIndexer: false, DeclaredAccessibility: Accessibility.Public, GetMethod: not null,
                })
                .Where(property => all.All(known => known.Name != property.Name))
                .Select(static property => new RecordProperty(
                    property.Name, property.SetMethod is { DeclaredAccessibility: Accessibility.Public },
                    IsNumber(property.Type))));
        }

        return all.ToImmutable();
    }

    private static bool IsNumber(ITypeSymbol type) =>
        type.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_Double;

    /// <summary>The property that a parameter of a record stands for; null for a parameter of a class.</summary>
    public static IPropertySymbol? PropertyOf(INamedTypeSymbol type, IParameterSymbol parameter) =>
        !type.IsRecord ? null : type.GetMembers(parameter.Name).OfType<IPropertySymbol>()
            .FirstOrDefault(property => SymbolEqualityComparer.Default.Equals(property.Type, parameter.Type));

    /// <summary>
    /// The parameter that a property of a record of sizes stands for: the record's own, or the model's where the record is
    /// emitted.
    /// </summary>
    public static IParameterSymbol? ParameterOf(IPropertySymbol property)
    {
        if (property.ContainingType is not { IsRecord: true } record)
        {
            return null;
        }

        var isEmitted = record is { Name: "Size", ContainingType: { } model } && KnownNames.Has(model, KnownNames.Model);
        var owner = PrimaryConstructor(record) is not null ? record : isEmitted ? record.ContainingType : null;
        return owner?.InstanceConstructors.SelectMany(static constructor => constructor.Parameters)
            .FirstOrDefault(p => string.Equals(p.Name.TrimStart('_'), property.Name, StringComparison.OrdinalIgnoreCase));
    }
}

/// <summary>A public property of a record of sizes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="CanChange">Whether anyone may set it in a copy.</param>
/// <param name="IsNumber">Whether it is an <c>int</c>, a <c>long</c> or a <c>double</c>.</param>
internal sealed record RecordProperty(string Name, bool CanChange, bool IsNumber);
