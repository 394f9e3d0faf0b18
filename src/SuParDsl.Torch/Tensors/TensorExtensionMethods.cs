using TorchSharp.Modules;

namespace TorchSharp;

/// <summary>Conversions of tensors.</summary>
public static class TensorExtensionMethods
{
    public static float ToSingle(this torch.Tensor value) => value.ToScalar().ToSingle();
    public static double ToDouble(this torch.Tensor value) => value.ToScalar().ToDouble();
    public static Half ToHalf(this torch.Tensor value) => value.ToScalar().ToHalf();
    public static sbyte ToSByte(this torch.Tensor value) => value.ToScalar().ToSByte();
    public static byte ToByte(this torch.Tensor value) => value.ToScalar().ToByte();
    public static short ToInt16(this torch.Tensor value) => value.ToScalar().ToInt16();
    public static int ToInt32(this torch.Tensor value) => value.ToScalar().ToInt32();
    public static long ToInt64(this torch.Tensor value) => value.ToScalar().ToInt64();
    public static bool ToBoolean(this torch.Tensor value) => value.ToScalar().ToBoolean();

    public static Parameter AsParameter(this torch.Tensor tensor) => new(tensor);

    public static void Save(this torch.Tensor tensor, BinaryWriter writer) => TensorFormat.Write(tensor, writer);

    public static void Save(this torch.Tensor tensor, Stream stream)
    {
        using var writer = new BinaryWriter(stream);
        tensor.Save(writer);
    }

    public static void Load(this torch.Tensor tensor, BinaryReader reader, bool skip = false)
    {
        if (skip) TensorFormat.Read(reader).Dispose();
        else TensorFormat.ReadInto(tensor, reader);
    }

    public static torch.Tensor Load(BinaryReader reader, bool skip = false) => TensorFormat.Read(reader);

    public static long TotalSize(this IEnumerable<long> shape) => shape.Aggregate(1L, (total, size) => total * size);

    public static torch.Tensor ToTensor<T>(this T[] rawArray, long[] dimensions, bool doCopy = false, bool requires_grad = false) =>
        torch.Build<T>(rawArray, dimensions, null, null, requires_grad);
}
