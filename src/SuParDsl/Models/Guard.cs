using System.ComponentModel;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// Run-time checks of values that the compiler does not know. They are emitted at the start of a block's or model's construction,
/// and <see cref="SameAxis"/> at the start of a model's forward.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Advanced)]
public static class Guard
{
    /// <summary>Throws if a density is not in (0, 1] (SUP202).</summary>
    /// <exception cref="SizeException">The density is not in (0, 1].</exception>
    public static void Density(double density, string owner, [CallerArgumentExpression(nameof(density))] string name = "")
    {
        if (!(density > 0 && density <= 1))
        {
            throw new SizeException($"{name} of {owner} is {density}: a density must be in (0, 1] (SUP202)");
        }
    }

    /// <summary>Throws if two inputs of a model differ in the size of an axis that must be the same in both.</summary>
    /// <param name="axis">The axis's name; empty if it has none.</param>
    /// <param name="first">The one input.</param>
    /// <param name="firstAxis">Its axis, from 0, or negative and counted from the end.</param>
    /// <param name="second">The other input.</param>
    /// <param name="secondAxis">Its axis, from 0, or negative and counted from the end.</param>
    /// <param name="owner">The model.</param>
    /// <param name="firstName">The one input's name.</param>
    /// <param name="secondName">The other input's name.</param>
    /// <exception cref="SizeException">The sizes differ, or an input does not have the axis.</exception>
    public static void SameAxis(
        string axis, Tensor first, int firstAxis, Tensor second, int secondAxis, string owner,
        [CallerArgumentExpression(nameof(first))] string firstName = "",
        [CallerArgumentExpression(nameof(second))] string secondName = "")
    {
        if (!Has(first, firstAxis) || !Has(second, secondAxis) || first.size(firstAxis) != second.size(secondAxis))
        {
            throw new SizeException(
                $"{(axis.Length == 0 ? "an axis" : $"axis {axis}")} of {owner} must be the same in {firstName} and {secondName}: "
                + $"it is axis {firstAxis} of shape "
                + $"[{string.Join(", ", first.shape)}] and axis {secondAxis} of shape [{string.Join(", ", second.shape)}]");
        }

        static bool Has(Tensor input, int axis) => axis < input.dim() && axis >= -input.dim();
    }

    /// <summary>Throws if a size is not a multiple of another (SUP106 for head sizes, SUP107 for other divisions).</summary>
    /// <param name="size">The size that is divided.</param>
    /// <param name="divisor">The size that it is divided by.</param>
    /// <param name="owner">The class whose declaration divides.</param>
    /// <param name="where">The expression that divides, as written.</param>
    /// <param name="id">The diagnostic's ID.</param>
    /// <param name="sizeName">The size as written.</param>
    /// <param name="divisorName">The divisor as written.</param>
    /// <exception cref="SizeException">The size is not a multiple of the divisor, or one of them is not positive.</exception>
    public static void Divides(
        long size, long divisor, string owner, string where, string id,
        [CallerArgumentExpression(nameof(size))] string sizeName = "",
        [CallerArgumentExpression(nameof(divisor))] string divisorName = "")
    {
        if (size <= 0 || divisor <= 0)
        {
            throw new SizeException(
                $"{sizeName} of {owner} is {size} and {divisorName} is {divisor} in `{where}`: both must be positive (SUP108)");
        }

        var rest = size % divisor;
        if (rest != 0)
        {
            var near = size < divisor ? $"{divisor}" : $"{size - rest} or {size - rest + divisor}";
            throw new SizeException($"{sizeName} of {owner} is {size}, not a multiple of {divisorName} "
                + $"({divisor}) in `{where}`: {near} would be ({id})");
        }
    }
}
