using Microsoft.CodeAnalysis.CSharp;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Sizes;

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
        EmittedNames.GeneratedCode(writer);
        writer.Open(Header(model.Signature));
        if (forward.File is not null)
        {
            writer.Directive("#line hidden");
        }

        writer.Line($"using var {forward.ScopeName} = {EmittedNames.Torch}NewDisposeScope();");
        foreach (var axis in forward.SameAxes)
        {
            writer.Code(Check(axis, model.Name));
        }

        foreach (var statement in forward.Statements)
        {
            if (forward.File is { } file)
            {
                writer.Directive(Place(statement.Source, writer.Column, file));
            }

            writer.Code(Text(statement));
        }

        if (forward.File is not null)
        {
            writer.Directive("#line default");
        }

        writer.Close();
        writer.Line();
    }

    /// <summary>Prints what keeps the class from running with a key-value cache.</summary>
    public static void EmitMixing(SourceWriter writer, PositionMixing mixing)
    {
        var condition = mixing.Unless is { } unless ? $"{unless} ? null : " : string.Empty;
        var what = SymbolDisplay.FormatLiteral(mixing.What, quote: true);
        writer.Line("/// <inheritdoc/>");
        EmittedNames.GeneratedCode(writer);
        writer.Line("protected override string? MixesPositions =>");
        writer.Continued(() => writer.Line($"{condition}{what};"));
        writer.Line();
    }

    /// <summary>
    /// Maps the next statement to a part of the flow: everything that starts before the offset belongs to that part.
    /// </summary>
    private static string Place(SourceSpan source, int column, string file) =>
        $"#line {Position(source.StartLine, source.StartColumn)} - {Position(source.EndLine, source.EndColumn)} "
        + $"{Rational.Text(column + 1)} \"{file}\"";

    private static string Position(int line, int column) => $"({Rational.Text(line)}, {Rational.Text(column)})";

    private static string Header(SignatureModel signature) =>
        $"public override {EmittedNames.Result(signature)} "
        + $"forward({string.Join(", ", signature.Inputs.Select(static input => EmittedNames.Tensor + " " + input))})";

    private static void EmitStub(SourceWriter writer, DeclarationModel model)
    {
        writer.Doc("summary", "Not emitted: the declaration has errors.");
        EmittedNames.GeneratedCode(writer);
        writer.Line(Header(model.Signature) + " =>");
        var message = $"{model.Name} has errors, so its forward was not emitted";
        writer.Continued(() => writer.Line($"throw new global::System.InvalidOperationException(\"{message}\");"));
        writer.Line();
    }

    private static string Check(SameAxisModel axis, string owner) =>
        $"{EmittedNames.Library}Guard.SameAxis(\"{axis.Name}\", {axis.First}, {Rational.Text(axis.FirstAxis)}, "
        + $"{axis.Second}, {Rational.Text(axis.SecondAxis)}, nameof({owner}));";

    private static string Text(FlowStatement statement) => statement switch
    {
        FlowStatement.Declare declare => $"{declare.Type} {declare.Name} = {FlowPrinter.Print(declare.Value)};",
        FlowStatement.Assign assign => $"{assign.Name} = {FlowPrinter.Print(assign.Value)};",
        FlowStatement.TakeApart parts =>
            $"{(parts.IsDeclaration ? "var " : string.Empty)}({Names(parts)}) = {FlowPrinter.Print(parts.Value)};",
        FlowStatement.Return { Values: { Count: 1 } values } => $"return {Moved(values[0])};",
        FlowStatement.Return { Values: var values } => $"return ({string.Join(", ", values.Select(Moved))});",
        _ => throw new InvalidOperationException($"{statement.GetType().Name} cannot be printed"),
    };

    private static string Names(FlowStatement.TakeApart parts) =>
        string.Join(", ", parts.Names.Select(static name => name.Length == 0 ? "_" : name));

    private static string Moved(FlowExpression value) => FlowPrinter.Primary(value) + ".MoveToOuterDisposeScope()";
}
