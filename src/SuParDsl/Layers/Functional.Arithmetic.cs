using SuParDsl.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace SuParDsl;

/// <content>
/// Arithmetic of tensors and numbers. TorchSharp's own operators, <c>x + y</c> of two tensors among them, let the garbage collector free the
/// number while libtorch reads it: <see href="https://github.com/dotnet/TorchSharp/pull/1434">TorchSharp #1434</see>. These keep it until then.
/// </content>
public static partial class Functional
{
    /// <summary>x + y, of shapes that broadcast.</summary>
    public static Tensor Add(Tensor x, Tensor y) => x.add(y, Scalars.One);

    /// <summary>x + scale·y, of shapes that broadcast.</summary>
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

    /// <summary>x / number; whole numbers give a fraction, as in PyTorch.</summary>
    public static Tensor Divide(Tensor x, Scalar number)
    {
        var quotient = x.div(number);
        GC.KeepAlive(number);
        return quotient;
    }
}
