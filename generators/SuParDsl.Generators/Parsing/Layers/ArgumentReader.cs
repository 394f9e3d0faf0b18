using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Expressions;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Parsing.Symbols;
using SuParDsl.Generators.Parsing.Syntax;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Layers;

/// <summary>Reads the constructor arguments of one layer. Errors that C# reports itself are not reported again.</summary>
internal sealed class ArgumentReader
{
    private readonly DeclarationContext context;
    private readonly LayerProperty layer;
    private readonly Dictionary<string, SizeArgument> sizes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DensityArgument> densities = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> others = new(StringComparer.Ordinal);
    private readonly ImmutableArray<Division>.Builder divisions = ImmutableArray.CreateBuilder<Division>();
    private readonly List<string> reads;
    private bool isBroken;

    private ArgumentReader(DeclarationContext context, LayerProperty layer, BaseObjectCreationExpressionSyntax creation)
    {
        (this.context, this.layer) = (context, layer);
        reads = [.. ExpressionText.ParametersIn(context, creation).Select(static parameter => parameter.Name)];
    }

    public static LayerArguments Read(
        DeclarationContext context, LayerProperty layer, BaseObjectCreationExpressionSyntax creation)
    {
        var reader = new ArgumentReader(context, layer, creation);
        var arguments = KnownNames.IsLibraryType(layer.Type, LayerTable.Repeat) ? reader.ReadRepeat(creation)
            : KnownNames.IsLibraryType(layer.Type, LayerTable.Experts) ? ExpertArguments.Read(context, layer, reader, creation)
            : layer.BuiltIn is { } builtIn ? reader.ReadBuiltIn(builtIn, creation)
            : layer.Block is { } block ? reader.ReadBlock(block, creation)
            : new();
        return arguments with
        {
            Sizes = reader.sizes,
            Densities = reader.densities,
            Others = reader.others,
            Divisions = reader.divisions.ToImmutable(),
            Reads = [.. reader.reads],
            IsBroken = reader.isBroken || arguments.IsBroken,
        };
    }

    /// <summary>Reads the argument for a parameter of a block; null stands for the default.</summary>
    public void ReadParameter(BlockSummary block, Parameter parameter, ExpressionSyntax? argument)
    {
        if (argument is null)
        {
            TakeDefault(parameter);
        }
        else if (parameter.IsDensity)
        {
            densities[parameter.Name] = DensityExpression.Parse(context, argument, $"'{parameter.Name}' of '{layer.Name}'");
            isBroken |= NumberType.Of(context, argument) == SpecialType.None;
        }
        else if (!parameter.IsExtent)
        {
            others[parameter.Name] = ExpressionText.InWords(context, argument);
        }
        else if (ReadSize(parameter.Name, argument, 1) is { } size)
        {
            sizes[parameter.Name] = size;
            isBroken |= !MarkChecks.IsRight(context, block, parameter, size);
        }
    }

    /// <summary>Passes a size of the class's own record on, unchanged.</summary>
    public void Pass(BlockSummary block, Parameter own)
    {
        if (own.IsDensity)
        {
            densities[own.Name] = DensityExpression.OfParameter(context, own);
            if (!block.UnusedDensities.Contains(own.Name))
            {
                reads.Add(own.Name);
            }
        }
        else if (own.IsExtent)
        {
            sizes[own.Name] = new(own.Size, own.Extent, null);
        }
        else
        {
            others[own.Name] = own.Name;
        }
    }

    /// <summary>Marks the layer as one with an error that leaves its sizes unknown.</summary>
    public void Break() => isBroken = true;

    /// <summary>A size; null where C# refuses it or where it cannot be a size (SUP108), which breaks the layer.</summary>
    public SizeArgument? ReadSize(string parameter, ExpressionSyntax argument, int least)
    {
        var errors = context.Findings.Errors;
        var size = SizeExpression.Parse(context, argument);
        divisions.AddRange(size.Divisions);
        var isInteger = NumberType.Of(context, argument)
            is SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_Int16 or SpecialType.System_Byte;
        if (!isInteger || context.Findings.Errors > errors)
        {
            Break();
            return null;
        }

        var atBase = context.AtBase(size.Size);
        if (atBase is { } whole && whole.Numerator > int.MaxValue * whole.Denominator)
        {
            context.Findings.Add(Descriptors.SizeOverflow, argument.GetLocation(), size.Size, whole, parameter, layer.Name);
            Break();
            return null;
        }

        // A quotient below 1 loses a remainder, which has its own diagnostic.
        if (atBase is { } value && (least == 0 ? value.Numerator.Sign < 0 : value.Numerator.Sign <= 0))
        {
            var text = size.Size.Value is null ? $"{size.Size}, {value} at the base" : value.ToString();
            context.Findings.Add(Descriptors.NotPositive, argument.GetLocation(), parameter, layer.Name, text);
            Break();
            return null;
        }

        return size;
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
                || !argument.RefKindKeyword.IsKind(SyntaxKind.None))
            {
                return null;
            }

            bound.Add(name, argument.Expression);
        }

        return bound;
    }

    /// <summary>The block that a factory makes, and its construction; null with a diagnostic where it cannot be read.</summary>
    /// <param name="make">The factory.</param>
    /// <param name="before">The arguments before it, which the message repeats.</param>
    public (BlockSummary Block, BaseObjectCreationExpressionSyntax Creation)? Made(
        ExpressionSyntax make, params ExpressionSyntax[] before)
    {
        if (layer.Block is { } block
            && UserSyntax.Unwrap(make) is LambdaExpressionSyntax { ExpressionBody: { } body }
            && UserSyntax.Unwrap(body) is BaseObjectCreationExpressionSyntax inner)
        {
            return (block, inner);
        }

        context.Findings.Add(
            Descriptors.NotInPlace, make.GetLocation(),
            layer.Name, "does not construct its blocks in place", UserSyntax.OneLine(layer.Syntax.Type),
            string.Join(", ", before.Select(UserSyntax.OneLine).Append("() => new(…)")));
        return null;
    }

    /// <summary>
    /// Reads the construction of a block whose output goes where its input went. Breaks the layer where it changes the size.
    /// </summary>
    public LayerArguments ReadSameSize(BlockSummary block, BaseObjectCreationExpressionSyntax creation)
    {
        var made = ReadBlock(block, creation);
        if (!isBroken && !made.IsBroken && !RepeatChecks.Check(context, layer, block, Size))
        {
            Break();
        }

        return made;
    }

    /// <summary>The value of a size parameter that has been read; null if it is not known.</summary>
    public Polynomial? Size(string parameter) => sizes.TryGetValue(parameter, out var argument) ? argument.Size : null;

    /// <summary>Whether an error so far leaves the layer's sizes unknown.</summary>
    public bool IsBroken => isBroken;

    private LayerArguments ReadRepeat(BaseObjectCreationExpressionSyntax creation)
    {
        var arguments = Bind(creation, ["count", "make"]);
        if (arguments is not { Count: 2 } || ReadSize("count", arguments["count"], 1) is not { } count)
        {
            return LayerArguments.Broken;
        }

        if (Made(arguments["make"], arguments["count"]) is not var (block, inner))
        {
            return LayerArguments.Broken with { Count = count };
        }

        var index = RepeatIndex.Of((LambdaExpressionSyntax)UserSyntax.Unwrap(arguments["make"]), inner);
        isBroken |= index is not null && !index.Check(context, layer, block);
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

        isBroken |= !MarkChecks.IsRight(context, count, ParameterKind.Width, "the count of a Repeat", "[MuDepth]");
        return ReadSameSize(block, inner) with { Count = count, Index = index?.NameInDensities(block) };
    }

    private LayerArguments ReadBuiltIn(BuiltInLayer builtIn, BaseObjectCreationExpressionSyntax creation)
    {
        if (builtIn.Parameters is [{ Kind: ArgumentKind.Sizes }])
        {
            return WeightArguments.Read(context, layer, this, creation);
        }

        if (Bind(creation, builtIn.Names) is not { } arguments)
        {
            return LayerArguments.Broken;
        }

        foreach (var parameter in builtIn.Parameters)
        {
            if (!arguments.TryGetValue(parameter.Name, out var argument))
            {
                isBroken |= parameter.Default is null;
                others[parameter.Name] = parameter.Default ?? string.Empty;
                if (parameter is { IsSize: true, Default: { } number })
                {
                    sizes[parameter.Name] = SizeArgument.Of(long.Parse(number, CultureInfo.InvariantCulture));
                }
            }
            else if (parameter.Kind == ArgumentKind.Other)
            {
                others[parameter.Name] = ExpressionText.InWords(context, argument);
            }
            else if (ReadSize(parameter.Name, argument, parameter.Least) is { } size)
            {
                sizes[parameter.Name] = size;
                isBroken |= !MarkChecks.IsRight(
                    context, size, ParameterKind.Depth, $"'{parameter.Name}' of a {builtIn.Name}", "[MuWidth]");
            }
        }

        return new();
    }

    private LayerArguments ReadBlock(BlockSummary block, BaseObjectCreationExpressionSyntax creation)
    {
        if (Bind(creation, block.Names) is not { } arguments)
        {
            return LayerArguments.Broken;
        }

        foreach (var parameter in block.Parameters.Where(static parameter => !parameter.IsOfRecord))
        {
            ReadParameter(block, parameter, arguments.TryGetValue(parameter.Name, out var argument) ? argument : null);
        }

        if (block.Record is { } record && arguments.TryGetValue(record.Name, out var given))
        {
            RecordArguments.Read(context, this, block, record, given);
        }
        else if (block.Record is not null)
        {
            Break();
        }

        return new();
    }

    private void TakeDefault(Parameter parameter)
    {
        if (!parameter.HasDefault)
        {
            Break();
        }
        else if (parameter is { IsExtent: true, DefaultSize: { } size })
        {
            sizes[parameter.Name] = SizeArgument.Of(size);
        }
        else if (parameter.IsDensity && parameter.DefaultNumber is { } density)
        {
            densities[parameter.Name] = DensityExpression.OfConstant(density, parameter.DensityBase);
        }
        else
        {
            others[parameter.Name] = parameter.DefaultText ?? "default";
        }
    }
}
