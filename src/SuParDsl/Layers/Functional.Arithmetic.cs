using SuParDsl.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace SuParDsl;

/// <content>
/// Arithmetic on tensors and numbers. TorchSharp's own operators, including <c>x + y</c> of two tensors, let the garbage
/// collector free the number while libtorch reads it: <see href="https://github.com/dotnet/TorchSharp/pull/1434">TorchSharp
/// #1434</see>. These methods keep the number alive.
/// </content>
public static partial class Functional
{
    /// <summary>x + y, with broadcasting.</summary>
    public static Tensor Add(Tensor x, Tensor y) => x.add(y, Scalars.One);

    /// <summary>x + scale·y, with broadcasting.</summary>
    public static Tensor Add(Tensor x, Tensor y, Scalar scale)
    {
        var sum = x.add(y, scale);
        GC.KeepAlive(scale);
        return sum;
    }

    /// <summary>x + number.</summary>
    public static Tensor AddNumber(Tensor x, Scalar number)
    {
        var sum = x.add(number, Scalars.One);
        GC.KeepAlive(number);
        return sum;
    }

    /// <summary>x − number.</summary>
    public static Tensor SubtractNumber(Tensor x, Scalar number)
    {
        var difference = x.sub(number);
        GC.KeepAlive(number);
        return difference;
    }

    /// <summary>number − x.</summary>
    public static Tensor SubtractFrom(Tensor x, Scalar number)
    {
        using var negated = x.neg();
        return AddNumber(negated, number);
    }

    /// <summary>number / x.</summary>
    public static Tensor DivideNumber(Tensor x, Scalar number)
    {
        using var reciprocal = x.reciprocal();
        return Multiply(reciprocal, number);
    }

    /// <summary>x / y, element by element, with broadcasting.</summary>
    public static Tensor Quotient(Tensor x, Tensor y) => x.div(y);

    /// <summary>number · x.</summary>
    public static Tensor Multiply(Tensor x, Scalar number)
    {
        var product = x.mul(number);
        GC.KeepAlive(number);
        return product;
    }

    /// <summary>x / number. Dividing integers gives a floating-point result, as in PyTorch.</summary>
    public static Tensor Divide(Tensor x, Scalar number)
    {
        var quotient = x.div(number);
        GC.KeepAlive(number);
        return quotient;
    }
}
