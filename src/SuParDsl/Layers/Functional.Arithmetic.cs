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
