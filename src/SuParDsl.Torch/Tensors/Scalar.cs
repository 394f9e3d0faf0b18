using TorchSharp.Native;

namespace TorchSharp;

/// <summary>A single number of any element type.</summary>
public sealed class Scalar : IDisposable
{
    internal Scalar(Tag tag, long bits, torch.ScalarType type) => (Tag, Bits, Type) = (tag, bits, type);

    internal Tag Tag { get; }

    internal long Bits { get; }

    public torch.ScalarType Type { get; }

    internal double Number => Tag == Tag.Double ? BitConverter.Int64BitsToDouble(Bits) : Bits;

    public static implicit operator Scalar(byte value) => value.ToScalar();
    public static implicit operator Scalar(sbyte value) => value.ToScalar();
    public static implicit operator Scalar(short value) => value.ToScalar();
    public static implicit operator Scalar(int value) => value.ToScalar();
    public static implicit operator Scalar(long value) => value.ToScalar();
    public static implicit operator Scalar(Half value) => value.ToScalar();
    public static implicit operator Scalar(float value) => value.ToScalar();
    public static implicit operator Scalar(double value) => value.ToScalar();
    public static implicit operator Scalar(bool value) => value.ToScalar();

    /// <summary>Nothing to free: the number lives in the object.</summary>
    public void Dispose() { }
}
