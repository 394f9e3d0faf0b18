using System.Collections.Immutable;
using System.Globalization;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Tests.OwnModels;

/// <summary>An enumeration, which a size may be.</summary>
public enum Kind
{
    /// <summary>The first.</summary>
    First,

    /// <summary>The second.</summary>
    SecondOne,
}

/// <summary>Several at once.</summary>
[Flags]
public enum Sides
{
    /// <summary>Neither.</summary>
    None = 0,

    /// <summary>The left.</summary>
    Left = 1,

    /// <summary>The right.</summary>
    Right = 2,
}

/// <summary>
/// A model with a size of every type that compiles. The names steps and data are also names of the program's own options.
/// </summary>
[Model]
public partial class Sundry(
    [MuWidth(16)] int width, int pad = 0, int shift = -1, long budget = 5_000_000_000, ulong huge = ulong.MaxValue,
    byte small = 3, float slope = 0.1f, decimal price = 1.10m, double above = double.PositiveInfinity,
    double below = double.NegativeInfinity, double missing = double.NaN, string tag = "x, \"y\" 'z'", string empty = "",
    string? note = null, char mark = ';', int? groups = null, double? share = 0.5, bool? flag = null, bool bias = true,
    Kind kind = Kind.SecondOne, Kind? other = null, Sides sides = Sides.Left | Sides.Right,
    DateTime from = default, TimeSpan wait = default, Guid id = default, int[]? kernels = null, string[]? names = null,
    ImmutableArray<double> scales = default, IReadOnlyList<Kind>? kinds = null, int steps = 7,
    string data = "none", Rule rule = Rule.SuPar)
{
    public Linear In { get; } = new(1, width, bias);
    public Linear Out { get; } = new(width, 1);

    /// <summary>All sizes that the model was given, as text.</summary>
    public string Label => string.Join('|', new object?[]
    {
        pad, shift, budget, huge, small, slope, price, above, below, missing, tag, empty, note ?? "(null)", mark, groups, share,
        flag, kind, other, sides, from, wait, id, List(kernels), List(names), scales.IsDefault ? "(default)" : List(scales),
        List(kinds), steps, data,
    }.Select(static value => Convert.ToString(value, CultureInfo.InvariantCulture)));

    [Flow] Tensor Flow(Tensor x) => x | In | Tanh | Out;

    private static string List<T>(IEnumerable<T>? items) => items is null ? "(null)" : $"[{string.Join(';', items)}]";
}

/// <summary>Learns the points of <see cref="CurveProgram"/>.</summary>
public static class SundryProgram
{
    public static Example<Sundry, Sundry.Size> Example { get; } = new(
        "Sundry", "Sizes of every type.",
        Sundry.Base with { Kernels = [3, 5], Names = ["a", "b c", "d,\"e\"", ""], Kinds = [Kind.First] })
    {
        Data = CurveProgram.Example.Data,
        Loss = Loss.MeanSquare,
        Training = CurveProgram.Example.Training with { Steps = 3 },
    };
}
