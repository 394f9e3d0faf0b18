using SuParDsl.Generators.Model;

namespace SuParDsl.Generators.Emitting;

/// <summary>Prints a model's record of sizes, its base, and the constructor from it.</summary>
internal static class SizeEmitter
{
    public static void Emit(SourceWriter writer, DeclarationModel model, string self)
    {
        EmitRecord(writer, model);
        writer.Line();
        EmitConstructor(writer, model);
        writer.Line();
        EmitBase(writer, model);
        writer.Line();
        DeclarationEmitter.GeneratedCode(writer);
        writer.Line($"static {self} global::SuParDsl.IModel<{self}, {self}.Size>.Create(Size size, long seed) => new(size, seed);");
        writer.Line();
    }

    private static void EmitRecord(SourceWriter writer, DeclarationModel model)
    {
        var example = model.Parameters.FirstOrDefault(static p => p.Initial is not null)?.Property;
        writer.Doc("summary", example is null ? $"The sizes of {model.Name}." : $"The sizes of {model.Name}; {model.Name}.Base with {{ {example} = … }} changes some.");
        DeclarationEmitter.GeneratedCode(writer);
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
        DeclarationEmitter.GeneratedCode(writer);
        writer.Line($"public {model.Name}(Size size, long seed = 0)");
        if (model.ChainsToPrimary)
        {
            writer.Continued(() => writer.Code($": this({string.Join(", ", model.Parameters.Select(static p => "size." + p.Property))})"));
        }

        writer.Open();
        writer.Open("if (seed != 0)");
        writer.Line("Initialize(seed);");
        writer.Close();
        writer.Close();
    }

    private static void EmitBase(SourceWriter writer, DeclarationModel model)
    {
        var required = model.Parameters.Where(static p => p.Initial is null).ToList();
        writer.Doc("summary", "The base model's sizes, at which the hyperparameters are tuned.");
        DeclarationEmitter.GeneratedCode(writer);
        writer.Code(required.Count == 0
            ? "public static Size Base { get; } = new();"
            : $"public static Size Base({string.Join(", ", required.Select(static p => $"{p.Type} {p.Name}"))}) => "
                + $"new() {{ {string.Join(", ", required.Select(static p => $"{p.Property} = {p.Name}"))} }};");
    }
}
