using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Sizes;
using SuParDsl.Parameterization;

namespace SuParDsl.Generators.Rules;

/// <summary>The sizes of one class as text in the table. Its tensors share a few sizes, so each text is made once.</summary>
internal sealed class SizeTexts(DeclarationContext context)
{
    private readonly Dictionary<Polynomial, string> axes = [];
    private readonly Dictionary<Polynomial, string> baseAxes = [];
    private readonly Dictionary<Polynomial, string?> multipliers = [];
    private readonly Dictionary<(Factor Factor, string? In, string? Out, string? Density), string> factors = [];

    public DeclarationContext Context { get; } = context;

    public string Axis(Polynomial size) => Once(axes, size, static size => size.Count > 1 ? $"({size})" : size.ToString());

    /// <summary>The text of the size in the base model.</summary>
    public string BaseAxis(Polynomial size) => Once(baseAxes, size, size => Axis(Context.BaseOf(size)));

    /// <summary>The multiplier m of a size; null if the size does not scale.</summary>
    public string? Multiplier(Polynomial size) =>
        Once(multipliers, size, size => Context.Scales(size) ? Formula.Atom((size / Context.BaseOf(size)).ToString()) : null);

    /// <summary>A factor over the multipliers of two sizes and a density.</summary>
    public string Text(Factor factor, string? mIn, string? mOut, string? mDensity) => Once(
        factors, (Factor: factor, In: mIn, Out: mOut, Density: mDensity),
        static key => key.Factor.Text(key.In, key.Out, key.Density));

    private static T Once<TKey, T>(Dictionary<TKey, T> known, TKey key, Func<TKey, T> make)
    {
        if (!known.TryGetValue(key, out var text))
        {
            text = make(key);
            known.Add(key, text);
        }

        return text;
    }
}
