namespace SuParDsl.Lab.Sizes;

/// <summary>Finds the sizes of a model that can be varied.</summary>
/// <typeparam name="TModel">The model.</typeparam>
/// <typeparam name="TSize">Its record of sizes.</typeparam>
internal sealed class SizeAxes<TModel, TSize>
    where TModel : torch.nn.Module, IModel<TModel, TSize>
    where TSize : class
{
    private readonly SizeInfo<TSize>? rule = TModel.Sizes.FirstOrDefault(static info => info.Kind == SizeKind.Rule);

    /// <summary>
    /// The rules that the model supports, SµPar last: all three if a parameter holds the rule, otherwise SµPar alone.
    /// </summary>
    public Rule[] Rules => rule is null ? [Rule.SuPar] : [Rule.Standard, Rule.MuP, Rule.SuPar];

    /// <summary>The rule of some sizes.</summary>
    public Rule RuleOf(TSize size) => rule is null ? Rule.SuPar : (Rule)rule.Get(size)!;

    /// <summary>A copy under another rule.</summary>
    /// <exception cref="UserException">The model has one rule.</exception>
    public TSize With(TSize size, Rule value)
    {
        if (rule is null)
        {
            return value == RuleOf(size)
                ? size
                : throw new UserException(
                    $"--rules: {typeof(TModel).Name} has no parameter of type Rule, "
                    + $"so it follows {RuleNames.Of(RuleOf(size))} alone");
        }

        return rule.With(size, value);
    }

    /// <summary>
    /// The names of the properties that hold the rule and the given axes, which options set as lists of values.
    /// </summary>
    public IEnumerable<string> Names(params IEnumerable<SizeAxis> axes) =>
        axes.SelectMany(Sizes).Append(rule).OfType<SizeInfo<TSize>>().Select(static info => info.Name);

    /// <summary>The value of an axis; null if the model does not have the axis.</summary>
    public double? Value(TSize size, SizeAxis axis) => Sizes(axis) is [var first, ..] ? Number(first, size) : null;

    /// <summary>A copy with another value on an axis.</summary>
    /// <exception cref="UserException">The model has no such axis.</exception>
    public TSize With(TSize size, SizeAxis axis, double value)
    {
        if (Sizes(axis) is not [var first, ..] varied)
        {
            throw new UserException(
                $"{typeof(TModel).Name} has no {axis.ToString().ToLowerInvariant()} to vary: "
                + "none of its parameters is marked as one");
        }

        var ratio = value / Number(first, size);
        foreach (var info in varied)
        {
            // Widths keep their proportions; densities are one number for all.
            var scaled = axis == SizeAxis.Width ? ratio * Number(info, size) : value;
            size = info.With(size, info.Type == typeof(double) ? scaled : checked((long)Math.Round(scaled)));
        }

        return size;
    }

    private static double Number(SizeInfo<TSize> info, TSize size) => Convert.ToDouble(info.Get(size));

    // A number of blocks that does not scale varies the depth only if no size is marked as the depth.
    private static SizeInfo<TSize>[] Sizes(SizeAxis axis) => axis switch
    {
        SizeAxis.Width => Of(SizeKind.Width),
        SizeAxis.Density => Of(SizeKind.Density),
        SizeAxis.Depth => Of(SizeKind.Depth) is { Length: > 0 } marked ? marked : [.. Of(SizeKind.Blocks).Take(1)],
        SizeAxis.Sigma => Of(SizeKind.InitStd),
        _ => throw new ArgumentOutOfRangeException(nameof(axis), axis, "is not an axis"),
    };

    private static SizeInfo<TSize>[] Of(SizeKind kind) => [.. TModel.Sizes.Where(info => info.Kind == kind)];
}
