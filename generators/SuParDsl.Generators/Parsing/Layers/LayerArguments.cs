using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Expressions;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Parsing.Syntax;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Layers;

/// <summary>Reads the constructor arguments of a layer. Errors that C# reports itself are not reported again.</summary>
internal static class LayerArguments
{
    public static void Read(DeclarationContext context, Layer layer, BaseObjectCreationExpressionSyntax creation, bool isRepeat)
    {
        foreach (var parameter in ExpressionText.ParametersIn(context, creation))
        {
            context.Use(parameter.Name);
        }

        if (isRepeat)
        {
            ReadRepeat(context, layer, creation);
        }
        else if (layer.BuiltIn is { } builtIn)
        {
            ReadBuiltIn(context, layer, builtIn, creation);
        }
        else if (layer.Block is { } block)
        {
            ReadBlock(context, layer, block, creation);
        }
    }

    private static void ReadRepeat(DeclarationContext context, Layer layer, BaseObjectCreationExpressionSyntax creation)
    {
        var arguments = Bind(creation, ["count", "make"]);
        if (arguments is not { Count: 2 } || !TrySize(context, layer, "count", arguments["count"], 1, out var count))
        {
            layer.IsBroken = true;
            return;
        }

        layer.Count = count;
        if (layer.Block is not { } block
            || UserSyntax.Unwrap(arguments["make"]) is not LambdaExpressionSyntax { ExpressionBody: { } body }
            || UserSyntax.Unwrap(body) is not BaseObjectCreationExpressionSyntax inner)
        {
            context.Findings.Add(
                Descriptors.NotInPlace, arguments["make"].GetLocation(),
                layer.Name, "does not construct its blocks in place", UserSyntax.OneLine(layer.Syntax.Type));
            layer.IsBroken = true;
            return;
        }

        var counted = UserSyntax.Unwrap(arguments["count"]);
        if (context.ParameterAt(counted) is { Kind: ParameterKind.Size } plain)
        {
            var @base = context.Kind == DeclarationKind.Block ? string.Empty
                : $"({Rational.Text(plain.DefaultSize ?? 4)})";
            context.Findings.Add(Descriptors.DepthUnmarked, counted.GetLocation(), plain.Name, layer.Name, @base);
        }

        foreach (var fault in context.Scales(count.Size) ? block.DepthFaults : [])
        {
            context.Findings.Add(fault);
        }

        CheckMarks(context, layer, count, ParameterKind.Width, "the count of a Repeat", "[MuDepth]");
        ReadBlock(context, layer, block, inner);
        CheckRepeatable(context, layer, block);
    }

    /// <summary>The output of one block is the input of the next.</summary>
    private static void CheckRepeatable(DeclarationContext context, Layer layer, BlockSummary block)
    {
        if (!layer.IsBroken && block.Outputs.Length > 1)
        {
            context.Findings.Add(
                Descriptors.RepeatChangesSize, layer.Location, layer.Name, block.Name,
                block.Inputs.Length == 1 ? "one tensor" : $"{Rational.Text(block.Inputs.Length)} tensors",
                $"{Rational.Text(block.Outputs.Length)} tensors");
            layer.IsBroken = true;
        }

        if (layer.IsBroken || block.Inputs[0] is not { } input || block.Outputs[0] is not { } output)
        {
            return;
        }

        var sizes = new Unifier();
        var rename = sizes.Renaming();
        var (takes, gives) = (input.Map(Place), output.Map(Place));
        var names = new List<string>();
        var (from, to) = (takes.InWords(names), gives.InWords(names));
        var common = Math.Min(takes.Rank, gives.Rank);
        var isSame = (takes.Lead != gives.Lead || takes.Rank == gives.Rank)
            && Enumerable.Range(1, common).All(distance => sizes.Unify(takes.FromEnd(distance), gives.FromEnd(distance)));
        if (!isSame)
        {
            context.Findings.Add(Descriptors.RepeatChangesSize, layer.Location, layer.Name, block.Name, from, to);
            layer.IsBroken = true;
        }

        Polynomial Place(Polynomial size) => rename(size.Substitute(layer.Size));
    }

    private static void ReadBuiltIn(
        DeclarationContext context, Layer layer, BuiltInLayer builtIn, BaseObjectCreationExpressionSyntax creation)
    {
        if (builtIn.Parameters is [{ Kind: ArgumentKind.Sizes }])
        {
            WeightArguments.Read(context, layer, creation);
            return;
        }

        if (Bind(creation, builtIn.Names) is not { } arguments)
        {
            layer.IsBroken = true;
            return;
        }

        foreach (var parameter in builtIn.Parameters)
        {
            if (!arguments.TryGetValue(parameter.Name, out var argument))
            {
                layer.IsBroken |= parameter.Default is null;
                layer.Others[parameter.Name] = parameter.Default ?? string.Empty;
                if (parameter is { IsSize: true, Default: { } number })
                {
                    layer.Sizes[parameter.Name] = SizeArgument.Of(long.Parse(number, CultureInfo.InvariantCulture));
                }
            }
            else if (parameter.Kind == ArgumentKind.Other)
            {
                layer.Others[parameter.Name] = ExpressionText.InWords(context, argument);
            }
            else if (TrySize(context, layer, parameter.Name, argument, parameter.Least, out var size))
            {
                layer.Sizes[parameter.Name] = size;
                CheckMarks(context, layer, size, ParameterKind.Depth, $"'{parameter.Name}' of a {builtIn.Name}", "[MuWidth]");
            }
        }
    }

    /// <summary>
    /// Reports a width that is used as a number of blocks, and a number of blocks that is used as a width (SUP319).
    /// </summary>
    private static void CheckMarks(
        DeclarationContext context, Layer layer, SizeArgument size, ParameterKind wrong, string what, string mark)
    {
        if (size.Syntax is { } syntax && context.Has(wrong)
            && ExpressionText.ParametersIn(context, syntax).FirstOrDefault(p => p.Kind == wrong) is { } parameter)
        {
            context.Findings.Add(
                Descriptors.SwappedMarks, syntax.GetLocation(), parameter.Syntax?.Identifier.GetLocation(),
                [parameter.Name, wrong == ParameterKind.Width ? "[MuWidth]" : "[MuDepth]", what, mark]);
            layer.IsBroken = true;
        }
    }

    private static void ReadBlock(
        DeclarationContext context, Layer layer, BlockSummary block, BaseObjectCreationExpressionSyntax creation)
    {
        if (Bind(creation, block.Names) is not { } arguments)
        {
            layer.IsBroken = true;
            return;
        }

        foreach (var parameter in block.Parameters.Where(static parameter => !parameter.IsOfRecord))
        {
            ReadParameter(context, layer, block, parameter, arguments.TryGetValue(parameter.Name, out var argument) ? argument
                : null);
        }

        if (block.Record is { } record && arguments.TryGetValue(record.Name, out var sizes))
        {
            RecordArguments.Read(context, layer, block, record, sizes);
        }
        else if (block.Record is not null)
        {
            layer.IsBroken = true;
        }
    }

    /// <summary>The argument for a parameter of a block; null if the default is used.</summary>
    public static void ReadParameter(
        DeclarationContext context, Layer layer, BlockSummary block, Parameter parameter, ExpressionSyntax? argument)
    {
        if (argument is null)
        {
            TakeDefault(layer, parameter);
        }
        else if (parameter.IsDensity)
        {
            layer.Densities[parameter.Name] = DensityExpression.Parse(context, argument, $"'{parameter.Name}' of '{layer.Name}'");
        }
        else if (!parameter.IsExtent)
        {
            layer.Others[parameter.Name] = ExpressionText.InWords(context, argument);
        }
        else if (TrySize(context, layer, parameter.Name, argument, 1, out var size))
        {
            layer.Sizes[parameter.Name] = size;
            CheckMark(context, layer, block, parameter, size);
        }
    }

    private static void TakeDefault(Layer layer, Parameter parameter)
    {
        if (!parameter.HasDefault)
        {
            layer.IsBroken = true;
        }
        else if (parameter is { IsExtent: true, DefaultSize: { } size })
        {
            layer.Sizes[parameter.Name] = SizeArgument.Of(size);
        }
        else if (parameter.IsDensity && parameter.DefaultNumber is { } density)
        {
            layer.Densities[parameter.Name] = DensityExpression.OfConstant(density, parameter.DensityBase);
        }
        else
        {
            layer.Others[parameter.Name] = parameter.DefaultText ?? "default";
        }
    }

    private static void CheckMark(
        DeclarationContext context, Layer layer, BlockSummary block, Parameter parameter, SizeArgument size)
    {
        if (!parameter.Scales && context.Scales(size.Size))
        {
            context.Findings.Add(
                Descriptors.UnmarkedParameter, size.Syntax!.GetLocation(), parameter.Syntax?.Identifier.GetLocation(),
                [size.Size.ToString(), parameter.Name, block.Name]);
            layer.IsBroken = true;
        }
        else if (parameter.Kind == ParameterKind.Width && !context.Scales(size.Size)
            && context.Parameters.Any(static p => p.Kind == ParameterKind.Width)
            && block.Tensors.FirstOrDefault(t => t.IsMatrix && t.FanOut.Equals(parameter.Size)) is { } fixedAt)
        {
            context.Findings.Add(
                Descriptors.FixedWidth, size.Syntax!.GetLocation(), parameter.Syntax?.Identifier.GetLocation(),
                [size.Size.ToString(), parameter.Name, block.Name, fixedAt.Name]);
        }
    }

    /// <summary>Reads a size; false where C# refuses it or where it cannot be a size (SUP108).</summary>
    public static bool TrySize(
        DeclarationContext context, Layer layer, string parameter, ExpressionSyntax argument, int least, out SizeArgument size)
    {
        var before = context.Findings.HasErrors;
        size = SizeExpression.Parse(context, argument);
        var isInteger = NumberType.Of(context, argument)
            is SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_Int16 or SpecialType.System_Byte;
        if (!isInteger || (context.Findings.HasErrors && !before))
        {
            layer.IsBroken = true;
            return false;
        }

        var atBase = context.AtBase(size.Size);
        if (atBase is { } whole && whole.Numerator > int.MaxValue * whole.Denominator)
        {
            context.Findings.Add(Descriptors.SizeOverflow, argument.GetLocation(), size.Size, whole, parameter, layer.Name);
            layer.IsBroken = true;
            return false;
        }

        // A quotient below 1 loses a remainder, which has its own diagnostic.
        if (atBase is { } value && (least == 0 ? value.Numerator.Sign < 0 : value.Numerator.Sign <= 0))
        {
            var text = size.Size.Value is null ? $"{size.Size}, {value} at the base" : value.ToString();
            context.Findings.Add(Descriptors.NotPositive, argument.GetLocation(), parameter, layer.Name, text);
            layer.IsBroken = true;
            return false;
        }

        return true;
    }

    /// <summary>Arguments by parameter name; null where C# refuses the list.</summary>
    public static Dictionary<string, ExpressionSyntax>? Bind(
        BaseObjectCreationExpressionSyntax creation, IReadOnlyList<string> parameters)
    {
        var bound = new Dictionary<string, ExpressionSyntax>(StringComparer.Ordinal);
        var position = 0;
        foreach (var argument in creation.ArgumentList?.Arguments ?? [])
        {
            var name = argument.NameColon?.Name.Identifier.ValueText
                ?? (position < parameters.Count ? parameters[position] : null);
            position++;
            if (name is null || !parameters.Contains(name) || bound.ContainsKey(name)
                || !argument.RefKindKeyword.IsKind(Microsoft.CodeAnalysis.CSharp.SyntaxKind.None))
            {
                return null;
            }

            bound.Add(name, argument.Expression);
        }

        return bound;
    }
}
