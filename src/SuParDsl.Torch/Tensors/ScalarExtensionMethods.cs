using TorchSharp.Native;

namespace TorchSharp;

/// <summary>Conversions between numbers and scalars. As in libtorch, a scalar's type is its number's kind, not its width.</summary>
public static class ScalarExtensionMethods
{
    public static Scalar ToScalar(this byte value) => Integer(value);
    public static Scalar ToScalar(this sbyte value) => Integer(value);
    public static Scalar ToScalar(this short value) => Integer(value);
    public static Scalar ToScalar(this int value) => Integer(value);
    public static Scalar ToScalar(this long value) => Integer(value);
    public static Scalar ToScalar(this Half value) => Real((double)value);
    public static Scalar ToScalar(this float value) => Real(value);
    public static Scalar ToScalar(this double value) => Real(value);
    public static Scalar ToScalar(this bool value) => new(Tag.Bool, value ? 1 : 0, torch.ScalarType.Bool);

    public static float ToSingle(this Scalar value) => (float)value.Number;
    public static double ToDouble(this Scalar value) => value.Number;
    public static Half ToHalf(this Scalar value) => (Half)value.Number;
    public static sbyte ToSByte(this Scalar value) => (sbyte)value.ToInt64();
    public static byte ToByte(this Scalar value) => (byte)value.ToInt64();
    public static short ToInt16(this Scalar value) => (short)value.ToInt64();
    public static int ToInt32(this Scalar value) => (int)value.ToInt64();
    public static long ToInt64(this Scalar value) => value.Tag == Tag.Double ? (long)value.Number : value.Bits;
    public static bool ToBoolean(this Scalar value) => value.Number != 0;

    private static Scalar Integer(long value) => new(Tag.Int, value, torch.ScalarType.Int64);

    private static Scalar Real(double value) => new(Tag.Double, BitConverter.DoubleToInt64Bits(value), torch.ScalarType.Float64);
}
