using System.Runtime.InteropServices;

namespace TorchSharp.Native;

/// <summary>The kinds of values that cross the border; the C++ side has the same numbers.</summary>
internal enum Tag
{
    None, Tensor, Int, Double, Bool, IntList, DoubleList, BoolList, TensorList, OptionalTensorList, String, Device, Generator,
}

/// <summary>A value as the native side sees it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeValue
{
    public Tag Tag;
    public int Length;
    public long Bits;
}

/// <summary>
/// One argument of an operator. It holds the managed object, so that no tensor can be finalized while libtorch works on it.
/// </summary>
internal readonly struct Argument
{
    public readonly object? Reference;
    public readonly long Bits;
    public readonly Tag Tag;

    private Argument(Tag tag, long bits, object? reference = null) => (Tag, Bits, Reference) = (tag, bits, reference);

    public static Argument None => default;

    /// <summary>A list in which null stands for "no tensor", as in indexing.</summary>
    public static Argument Optional(torch.Tensor?[] tensors) => new(Tag.OptionalTensorList, 0, tensors);

    public static implicit operator Argument(torch.Tensor? value) =>
        value is null ? default : new(Tag.Tensor, value.Handle, value);

    public static implicit operator Argument(Scalar? value) => value is null ? default : new(value.Tag, value.Bits);

    public static implicit operator Argument(torch.Generator? value) =>
        value is null ? default : new(Tag.Generator, value.Handle, value);

    public static implicit operator Argument(torch.Device? value) => value is null ? default : new(Tag.Device, 0, value);

    public static implicit operator Argument(torch.ScalarType value) => new(Tag.Int, (long)value);

    public static implicit operator Argument(torch.ScalarType? value) => value is { } type ? type : None;

    public static implicit operator Argument(long value) => new(Tag.Int, value);

    public static implicit operator Argument(long? value) => value is { } number ? number : None;

    public static implicit operator Argument(double value) => new(Tag.Double, BitConverter.DoubleToInt64Bits(value));

    public static implicit operator Argument(double? value) => value is { } number ? number : None;

    public static implicit operator Argument(bool value) => new(Tag.Bool, value ? 1 : 0);

    public static implicit operator Argument(string? value) => value is null ? default : new(Tag.String, 0, value);

    public static implicit operator Argument(long[]? value) => value is null ? default : new(Tag.IntList, 0, value);

    public static implicit operator Argument(double[]? value) => value is null ? default : new(Tag.DoubleList, 0, value);

    public static implicit operator Argument(bool[] value) =>
        new(Tag.BoolList, 0, Array.ConvertAll(value, flag => flag ? 1L : 0L));

    public static implicit operator Argument(torch.Tensor[] value) => new(Tag.TensorList, 0, value);
}
