using System.Collections.Immutable;
using System.Globalization;

namespace SuParDsl.Checks;

/// <summary>The standard deviation of one tensor's kept weights, compared with its row of the <see cref="MuTable"/>.</summary>
/// <param name="Tensor">The tensor's full name.</param>
/// <param name="Expected">The standard deviation in the table.</param>
/// <param name="Measured">The root of the kept weights' mean square; their mean is 0.</param>
/// <param name="StandardError">
/// The standard error of <paramref name="Measured"/>, from the number of kept weights and their distribution.
/// </param>
public sealed record InitialStd(string Tensor, double Expected, double Measured, double StandardError)
{
    /// <summary>The distance between the measured standard deviation and the table's, in standard errors.</summary>
    public double Distance => Math.Abs(Measured - Expected) / StandardError;

    /// <summary>Measures every randomly initialised tensor of a model. Call it before training.</summary>
    public static ImmutableArray<InitialStd> Of(IModel model)
    {
        var tensors = model.Tensors.ToDictionary(static tensor => tensor.Name);
        return
        [
            .. model.MuTable.Rows.Where(static row => row.InitStd > 0).Select(row => Measure(model, row, tensors[row.Name].Init)),
        ];
    }

    /// <summary>Throws if a tensor's weights do not have the standard deviation of the table.</summary>
    /// <param name="model">A model that has not been trained.</param>
    /// <param name="standardErrors">
    /// The largest distance allowed. By chance, one of 400 tensors is beyond 3 and one of 16 000 beyond 4.
    /// </param>
    /// <exception cref="InvalidOperationException">
    /// A tensor is beyond the distance. The message names it and both values.
    /// </exception>
    public static void ThrowIfBeyond(IModel model, double standardErrors = 4)
    {
        if (Of(model).MaxBy(static tensor => tensor.Distance) is { } worst && !(worst.Distance <= standardErrors))
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"the weights of {worst.Tensor} have standard deviation {worst.Measured:G6}, the table says "
                + $"{worst.Expected:G6} ± {worst.StandardError:G2}: at most {standardErrors} standard errors are allowed"));
        }
    }

    private static InitialStd Measure(IModel model, MuRow row, Init init)
    {
        var weights = model.GetWeights(row.Name);
        var mask = model.Masks.GetValueOrDefault(row.Name);
        var kept = mask?.Kept ?? weights.Length;
        var measured = Math.Sqrt(weights.Sum(static w => (double)w * w) / kept);

        // Var(s²) = (kurtosis − 1)·σ⁴/n and s = √s²; the kurtosis is 3 for a normal and 1.8 for a uniform distribution.
        var kurtosis = init == Init.Uniform ? 1.8 : 3;
        return new(row.Name, row.InitStd, measured, row.InitStd * Math.Sqrt((kurtosis - 1) / (4 * kept)));
    }
}
