using System.Collections.Immutable;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Sizes;
using SuParDsl.Parameterization;

namespace SuParDsl.Generators.Rules;

/// <summary>
/// The table that opens an emitted file: the values of every tensor under <see cref="Rule.SuPar"/>, as formulas. The
/// factors come from <see cref="RuleTable"/>, which the runtime uses, too.
/// </summary>
internal static class TensorTable
{
    private static readonly TableRow Header = new(
        "tensor", ImmutableArray.Create("role", "shape", "base shape", "density", "init std", "LR × (Adam)", "forward ×"),
        Description: string.Empty);

    public static EquatableArray<TableRow> Of(DeclarationContext context, ImmutableArray<TensorInfo> tensors) =>
        tensors.IsEmpty ? default : (EquatableArray<TableRow>)Rows(new(context), tensors);

    /// <summary>The role of a tensor, from which of its sizes scale.</summary>
    public static Role RoleOf(DeclarationContext context, TensorInfo tensor) =>
        tensor.StatedRole ?? (tensor.IsMatrix ? RuleTable.RoleOf(context.Scales(tensor.FanIn), context.Scales(tensor.FanOut))
            : Role.Vector);

    /// <summary>The density of a tensor, given its role; null if nothing makes it sparse.</summary>
    public static DensityArgument? DensityOf(DeclarationContext context, TensorInfo tensor) =>
        tensor.IsDensityOwn || tensor.Density is { CoversAll: true } || RoleOf(context, tensor) == Role.Hidden
            ? tensor.Density
            : null;

    private static ImmutableArray<TableRow> Rows(SizeTexts sizes, ImmutableArray<TensorInfo> tensors)
    {
        var rows = ImmutableArray.CreateBuilder<TableRow>(tensors.Length + 1);
        rows.Add(Header);

        // Most tensors of a large class differ only in their names, so equal rows are computed once.
        var alike = new Dictionary<TensorInfo, TableRow>();
        foreach (var tensor in tensors)
        {
            var nameless = tensor with { Name = string.Empty, OnlyIf = null };
            if (!alike.TryGetValue(nameless, out var row))
            {
                var cells = Cells(sizes, nameless);
                alike.Add(nameless, row = new(string.Empty, cells, LayerDescriptions.Of(cells)));
            }

            rows.Add(row with { Tensor = tensor.OnlyIf is null ? tensor.Name : $"{tensor.Name} (if {tensor.OnlyIf})" });
        }

        return rows.MoveToImmutable();
    }

    private static ImmutableArray<string> Cells(SizeTexts sizes, TensorInfo tensor)
    {
        var context = sizes.Context;
        var role = RoleOf(context, tensor);
        var density = DensityOf(context, tensor);
        var (mIn, mOut) = (sizes.Multiplier(tensor.FanIn), sizes.Multiplier(tensor.FanOut));
        var mDensity = density?.Multiplier is { } text ? Formula.Atom(text) : null;
        var forward = Text(Quantity.Forward, role);
        if (tensor.IsTiedReadout)
        {
            var readout = RuleTable.RoleOf(context.Scales(tensor.FanOut), fanOutScales: false);
            forward += ", readout " + sizes.Text(RuleTable.Of(Rule.SuPar, readout, Quantity.Forward), mOut, null, null);
        }

        return
        [
            role.ToString().ToLowerInvariant(),
            Shape(sizes.Axis),
            Shape(sizes.BaseAxis),
            density?.InWords ?? "1",
            InitStd(),
            Rate(),
            forward,
        ];

        string Shape(Func<Polynomial, string> axis) =>
            tensor.Axes.Count == 0 ? "its own" : string.Join(" × ", tensor.Axes.Select(axis));

        string Text(Quantity quantity, Role of) => sizes.Text(RuleTable.Of(Rule.SuPar, of, quantity), mIn, mOut, mDensity);

        string Rate()
        {
            var (rate, depth) = (Text(Quantity.AdamRate, role), Depth(sizes, tensor));
            if (tensor.LrScale is { } scale)
            {
                var factor = NumberText.Of(scale);
                rate = rate == "1" ? factor : rate.StartsWith("1/", StringComparison.Ordinal) ? factor + rate.Substring(1)
                    : factor + "·" + rate;
            }

            return depth.Count == 0 ? rate : string.Join("·", rate == "1" ? depth : depth.Prepend(rate));
        }

        string InitStd()
        {
            if (tensor.Start is TensorInitialization.Ones or TensorInitialization.Zeros or TensorInitialization.Own)
            {
                return tensor.Start switch
                {
                    TensorInitialization.Ones => "ones",
                    TensorInitialization.Zeros => "zeros",
                    _ => "its own",
                };
            }

            var factor = sizes.Text(RuleTable.Of(Rule.SuPar, role, Quantity.InitVariance).Power(0.5), mIn, mOut, mDensity);
            var sigma = tensor.Gain is null ? "σ" : "σ·" + tensor.Gain;
            return factor == "1" ? sigma : factor.StartsWith("1/", StringComparison.Ordinal) ? sigma + factor.Substring(1)
                : sigma + "·" + factor;
        }
    }

    /// <summary>m_L^(α−1), which is 1 at the default α.</summary>
    private static List<string> Depth(SizeTexts sizes, TensorInfo tensor)
    {
        var context = sizes.Context;
        var alpha = context.Parameters.FirstOrDefault(static p => p.Kind == ParameterKind.Depth)?.Alpha ?? 1;
        return alpha == 1 ? []
            : [.. tensor.Counts.Where(context.Scales)
                .Select(count => $"{sizes.Multiplier(count)}^{NumberText.Of(alpha - 1)}")];
    }
}
