using SuParDsl.Generators.Model;

namespace SuParDsl.Generators.Emitting;

/// <summary>Prints a model's record of sizes, its base, its description, and the constructor from it.</summary>
internal static class SizeEmitter
{
    public static void Emit(SourceWriter writer, DeclarationModel model, string self)
    {
        if (model.Root?.RecordType is null)
        {
            EmitRecord(writer, model);
            writer.Line();
        }

        EmitConstructor(writer, model);
        writer.Line();
        EmitBase(writer, model);
        writer.Line();
        EmitCreate(writer, model, self);
        writer.Line();
        EmitList(writer, model, self);
        writer.Line();
    }

    /// <summary>The type of the record of sizes, with its full name.</summary>
    public static string TypeOf(DeclarationModel model, string self) => model.Root?.RecordType ?? self + ".Size";

    private static string TypeIn(DeclarationModel model) => model.Root?.RecordType ?? "Size";

    private static void EmitRecord(SourceWriter writer, DeclarationModel model)
    {
        var example = model.Parameters.FirstOrDefault(static p => p.Initial is not null)?.Property;
        var change = example is null ? string.Empty : $"; {model.Name}.Base with {{ {example} = … }} changes some";
        writer.Doc("summary", $"The sizes of {model.Name}{change}.");
        EmittedNames.GeneratedCode(writer);
        writer.Open("public sealed record Size");
        for (var i = 0; i < model.Parameters.Count; i++)
        {
            var parameter = model.Parameters[i];
            if (i > 0)
            {
                writer.Line();
            }

            writer.Doc("summary", parameter.Summary);
            writer.Line(parameter.Initial is { } initial
                ? $"public {parameter.Type} {parameter.Property} {{ get; init; }} = {initial};"
                : $"public required {parameter.Type} {parameter.Property} {{ get; init; }}");
        }

        writer.Close();
    }

    private static void EmitConstructor(SourceWriter writer, DeclarationModel model)
    {
        writer.Doc("summary", "Builds a model and draws its weights and masks from a seed.");
        EmittedNames.GeneratedCode(writer);
        // If the record is the user's own, their constructor takes it without a seed.
        var isOwn = model.Root?.RecordType is not null;
        writer.Line($"public {model.Name}({TypeIn(model)} size, long seed{(isOwn ? string.Empty : " = 0")})");
        if (model.ChainsToPrimary)
        {
            // If the record cannot be read, the stub has no sizes to pass on.
            var isUnread = model.IsStub && model.Arguments.Count != (isOwn ? 1 : model.Parameters.Count);
            var arguments = isUnread ? string.Join(", ", model.Arguments.Select(static name => $"{name}: default!"))
                : isOwn ? "size"
                : string.Join(", ", model.Parameters.Select(static p => "size." + p.Property));
            writer.Continued(() => writer.Code($": this({arguments})"));
        }

        writer.Open();
        writer.Open($"if ({model.Calls.Seed} != seed)");
        writer.Line($"{model.Calls.Initialize}(seed);");
        writer.Close();
        writer.Close();
    }

    /// <summary>
    /// The method that draws from the seed alone. The constructor of the base class, which draws, has no seed: so the model gets
    /// it before its constructor runs.
    /// </summary>
    private static void EmitCreate(SourceWriter writer, DeclarationModel model, string self)
    {
        const string Services = "global::System.Runtime.CompilerServices.";
        EmittedNames.GeneratedCode(writer);
        writer.Open(
            $"static {self} {EmittedNames.Library}IModel<{self}, {TypeOf(model, self)}>.Create({TypeIn(model)} size, long seed)");
        writer.Line($"var model = {EmittedNames.Base(EmittedNames.Model, model.Signature)}.Allocate<{self}>(seed);");
        writer.Line("Construct(model, size, seed);");
        writer.Line("return model;");
        writer.Line();
        writer.Line($"[{Services}UnsafeAccessor(");
        writer.Continued(() => writer.Line($"{Services}UnsafeAccessorKind.Method, Name = \".ctor\")]"));
        writer.Code($"static extern void Construct({self} model, {TypeIn(model)} size, long seed);");
        writer.Close();
    }

    private static void EmitBase(SourceWriter writer, DeclarationModel model)
    {
        var required = model.Parameters.Where(static p => p.Initial is null).ToList();
        writer.Doc("summary", "The base model's sizes, at which the hyperparameters are tuned.");
        EmittedNames.GeneratedCode(writer);
        if (model.Root?.RecordType is { } record)
        {
            EmitBaseOf(writer, model, record, required);
            return;
        }

        writer.Code(required.Count == 0
            ? "public static Size Base { get; } = new();"
            : $"public static Size Base({string.Join(", ", required.Select(static p => $"{p.Type} {p.Name}"))}) => "
                + $"new() {{ {string.Join(", ", required.Select(static p => $"{p.Property} = {p.Name}"))} }};");
    }

    private static void EmitBaseOf(SourceWriter writer, DeclarationModel model, string record, List<ParameterModel> required)
    {
        writer.Line(required.Count == 0
            ? $"public static {record} Base {{ get; }} = new("
            : $"public static {record} Base({string.Join(", ", required.Select(static p => $"{p.Type} {p.Name}"))}) => new(");
        writer.List([.. model.Parameters.Select(static p => $"{p.Property}: {p.Initial ?? p.Name}")], ");");
    }

    /// <summary>The description of the sizes, one a line.</summary>
    private static void EmitList(SourceWriter writer, DeclarationModel model, string self)
    {
        var sizes = model.Root?.Sizes ?? default;
        var list = $"global::SuParDsl.SizeList<{TypeIn(model)}>";
        EmittedNames.GeneratedCode(writer);
        writer.Line($"static {list} global::SuParDsl.IModel<{self}, {TypeOf(model, self)}>.Sizes {{ get; }} =");
        writer.Continued(() =>
        {
            writer.Line($"{list}.Empty{(sizes.Count == 0 ? ";" : string.Empty)}");
            writer.Continued(() =>
            {
                for (var i = 0; i < sizes.Count; i++)
                {
                    writer.Code(Adding(sizes[i]) + (i + 1 < sizes.Count ? string.Empty : ";"));
                }
            });
        });
    }

    private static string Adding(SizeModel size)
    {
        var name = $"\"{size.Property.TrimStart('@')}\"";
        var @base = size.Base is { } value ? $", {value}" : string.Empty;
        var with = size.CanChange ? $", static (size, value) => size with {{ {size.Property} = value }}" : string.Empty;
        return $".{size.Kind}({name}{@base}, static size => size.{size.Property}{with})";
    }
}
