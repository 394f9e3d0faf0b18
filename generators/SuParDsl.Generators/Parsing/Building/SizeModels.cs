using System.Collections.Immutable;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Symbols;
using SuParDsl.Generators.Parsing.Syntax;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Building;

/// <summary>Describes the sizes of a model for <c>IModel.Sizes</c>.</summary>
internal static class SizeModels
{
    public static EquatableArray<SizeModel> Of(DeclarationContext context, ImmutableArray<TensorInfo> tensors)
    {
        var counts = tensors.SelectMany(static tensor => tensor.Counts).SelectMany(static count => count.Names)
            .ToImmutableHashSet();
        return context.Record is { } record
            ? record.Properties.Where(static property => property.CanChange || property.IsNumber)
                .Select(property => OfRecord(property, context.Parameters, counts)).ToImmutableArray()
            : context.Parameters.Zip(ParameterModels.Of(context), (parameter, model) => Of(parameter, model.Property, counts))
                .ToImmutableArray();
    }

    private static SizeModel OfRecord(
        RecordProperty property, ImmutableArray<Parameter> parameters, ImmutableHashSet<string> counts)
    {
        var name = UserSyntax.Escape(property.Name);
        return !property.CanChange ? new(name, "Derived", null) { CanChange = false }
            : parameters.FirstOrDefault(parameter => parameter.IsOfRecord && parameter.Name == property.Name) is { } parameter
                ? Of(parameter, name, counts)
                : new(name, "Other", null);
    }

    private static SizeModel Of(Parameter parameter, string property, ImmutableHashSet<string> counts) => parameter switch
    {
        { Scales: true, Base: { } value } => new(property, parameter.Kind.ToString(), Rational.Text(value)),
        { IsExtent: true } => new(property, counts.Contains(parameter.Name) ? "Blocks" : "Fixed", null),
        { Kind: ParameterKind.Plain } => new(property, "Other", null),
        _ => new(property, parameter.Kind.ToString(), null),
    };
}
