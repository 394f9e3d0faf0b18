using SuParDsl.Generators.Model;

namespace SuParDsl.Generators.Emitting;

/// <summary>Prints <c>forward</c>.</summary>
internal static class ForwardEmitter
{
    public static void Emit(SourceWriter writer, DeclarationModel model)
    {
        if (model.Forward is not { } forward)
        {
            if (model.IsStub)
            {
                EmitStub(writer, model);
            }

            return;
        }

        writer.Doc("summary", forward.Summary);
        DeclarationEmitter.GeneratedCode(writer);
        writer.Open(Header(model.Signature));
        writer.Line($"using var {forward.ScopeName} = global::TorchSharp.torch.NewDisposeScope();");
        foreach (var statement in forward.Statements)
        {
            Statement(writer, statement);
        }

        writer.Close();
        writer.Line();
    }

    private static string Header(SignatureModel signature) =>
        $"public override {DeclarationEmitter.Result(signature)} "
        + $"forward({string.Join(", ", signature.Inputs.Select(static input => DeclarationEmitter.Tensor + " " + input))})";

    private static void EmitStub(SourceWriter writer, DeclarationModel model)
    {
        writer.Doc("summary", "Not emitted: the declaration has errors.");
        DeclarationEmitter.GeneratedCode(writer);
        writer.Line(Header(model.Signature) + " =>");
        writer.Continued(() => writer.Line($"throw new global::System.InvalidOperationException(\"{model.Name} has errors, so its forward was not emitted\");"));
        writer.Line();
    }

    private static void Statement(SourceWriter writer, FlowStatement statement)
    {
        switch (statement)
        {
            case FlowStatement.Declare declare:
                Value(writer, $"{declare.Type} {declare.Name} = ", declare.Value, ";");
                break;
            case FlowStatement.Assign assign:
                Value(writer, $"{assign.Name} = ", assign.Value, ";");
                break;
            case FlowStatement.Split split:
                var names = split.Names.Select(static name => name.Length == 0 ? "_" : name);
                if (split.Cut is null)
                {
                    Value(writer, $"{(split.IsDeclaration ? "var " : string.Empty)}({string.Join(", ", names)}) = ", split.Value, ";");
                    break;
                }

                writer.Line($"var {split.Parts} = {FlowPrinter.Primary(split.Value)}{split.Cut};");
                writer.Line($"{(split.IsDeclaration ? "var " : string.Empty)}({string.Join(", ", names)}) = "
                    + $"({string.Join(", ", Enumerable.Range(0, split.Names.Count).Select(i => $"{split.Parts}[{FlowPrinter.Number(i)}]"))});");
                break;
            case FlowStatement.Return result:
                var values = result.Values.Select(static value => FlowPrinter.Primary(value) + ".MoveToOuterDisposeScope()").ToList();
                writer.Line(values.Count == 1 ? $"return {values[0]};" : $"return ({string.Join(", ", values)});");
                break;
        }
    }

    /// <summary>A value on one line; attention, where that would be long, on several.</summary>
    private static void Value(SourceWriter writer, string before, FlowExpression value, string after)
    {
        var line = before + FlowPrinter.Print(value) + after;
        if (line.Length <= 120 || value is not FlowExpression.Attention attention)
        {
            writer.Line(line);
            return;
        }

        writer.Line(before + FlowPrinter.AttentionFunction + "(");
        var arguments = FlowPrinter.Arguments(attention);
        writer.Continued(() =>
        {
            for (var i = 0; i < arguments.Length; i++)
            {
                writer.Line(arguments[i] + (i + 1 < arguments.Length ? "," : ")" + after));
            }
        });
    }
}
