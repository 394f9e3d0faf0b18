using System.Reflection;

namespace SuParDsl.Lab.Sizes;

/// <summary>Finds the sizes of a model that can be varied, by the attributes on the model's parameters.</summary>
/// <typeparam name="TModel">The model.</typeparam>
/// <typeparam name="TSize">Its record of sizes.</typeparam>
internal sealed class SizeAxes<TModel, TSize>
    where TModel : Model, IModel<TModel, TSize>
    where TSize : class
{
    private readonly PropertyInfo[] all = [.. SizeRecord.Properties<TSize>()];
    private readonly PropertyInfo[] widths, densities, sigmas;
    private readonly Lazy<PropertyInfo[]> depths;
    private readonly PropertyInfo? rule;

    /// <param name="size">Sizes that the model can be built with.</param>
    public SizeAxes(TSize size)
    {
        rule = all.FirstOrDefault(static property => property.PropertyType == typeof(Rule));
        widths = Marked<MuWidthAttribute>();
        densities = Marked<DensityAttribute>();
        sigmas = Marked<InitStdAttribute>();
        // Lazy, because finding the depth builds models.
        depths = new(() => Marked<MuDepthAttribute>() is { Length: > 0 } marked
            ? marked
            : [.. all.Except(widths).Where(property => IsCountOfBlocks(size, property)).Take(1)]);
    }

    /// <summary>
    /// The rules that the model supports, SµPar last: all three if a parameter holds the rule, otherwise SµPar alone.
    /// </summary>
    public Rule[] Rules => rule is null ? [Rule.SuPar] : [Rule.Standard, Rule.MuP, Rule.SuPar];

    /// <summary>The rule of some sizes.</summary>
    public Rule RuleOf(TSize size) => rule is null ? Rule.SuPar : (Rule)rule.GetValue(size)!;

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

        return SizeRecord.With(size, rule.Name, value);
    }

    /// <summary>
    /// The names of the properties that hold the rule and the given axes, which options set as lists of values.
    /// </summary>
    public IEnumerable<string> Names(params IEnumerable<SizeAxis> axes) =>
        axes.SelectMany(Properties).Append(rule).OfType<PropertyInfo>().Select(static property => property.Name);

    /// <summary>The value of an axis; null if the model does not have the axis.</summary>
    public double? Value(TSize size, SizeAxis axis) =>
        Properties(axis) is [var first, ..] ? Convert.ToDouble(first.GetValue(size)) : null;

    /// <summary>A copy with another value on an axis.</summary>
    /// <exception cref="UserException">The model has no such axis.</exception>
    public TSize With(TSize size, SizeAxis axis, double value)
    {
        if (Properties(axis) is not [var first, ..] varied)
        {
            throw new UserException(
                $"{typeof(TModel).Name} has no {axis.ToString().ToLowerInvariant()} to vary: "
                + "none of its parameters is marked as one");
        }

        var copy = SizeRecord.Copy(size);
        var ratio = value / Convert.ToDouble(first.GetValue(size));
        foreach (var property in varied)
        {
            // Widths keep their proportions; densities are one number for all.
            var scaled = axis == SizeAxis.Width ? ratio * Convert.ToDouble(property.GetValue(size)) : value;
            SizeRecord.Set(copy, property, property.PropertyType == typeof(double) ? scaled : checked((long)Math.Round(scaled)));
        }

        return copy;
    }

    private PropertyInfo[] Properties(SizeAxis axis) => axis switch
    {
        SizeAxis.Width => widths,
        SizeAxis.Density => densities,
        SizeAxis.Depth => depths.Value,
        SizeAxis.Sigma => sigmas,
        _ => throw new ArgumentOutOfRangeException(nameof(axis), axis, "is not an axis"),
    };

    // A number of blocks has no attribute if depth does not scale. It is recognized because more blocks have more tensors.
    private static bool IsCountOfBlocks(TSize size, PropertyInfo property)
    {
        if (property.PropertyType != typeof(int) && property.PropertyType != typeof(long))
        {
            return false;
        }

        try
        {
            using var fewer = TModel.Create(SizeRecord.With(size, property.Name, 1), 0);
            using var more = TModel.Create(SizeRecord.With(size, property.Name, 2), 0);
            return fewer.Tensors.Length < more.Tensors.Length;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private PropertyInfo[] Marked<TMark>() where TMark : Attribute =>
        [.. all.Where(static property => SizeRecord.Marks<TModel, TSize>(property).OfType<TMark>().Any())];
}
