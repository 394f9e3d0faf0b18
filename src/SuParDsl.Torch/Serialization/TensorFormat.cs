using TorchSharp.Utils;

namespace TorchSharp;

/// <summary>A tensor in TorchSharp's binary form: type, number of dimensions, sizes, then the elements.</summary>
internal static class TensorFormat
{
    public static void Write(torch.Tensor tensor, BinaryWriter writer)
    {
        using var scope = torch.NewDisposeScope();
        var source = tensor.detach().cpu().contiguous();
        writer.Encode((long)source.dtype);
        writer.Encode(source.ndim);
        foreach (long size in source.shape) writer.Encode(size);
        writer.Write(source.bytes);
    }

    public static torch.Tensor Read(BinaryReader reader)
    {
        var type = (torch.ScalarType)reader.Decode();
        var sizes = new long[reader.Decode()];
        for (int k = 0; k < sizes.Length; k++) sizes[k] = reader.Decode();
        var tensor = torch.empty(sizes, type, torch.CPU);
        reader.BaseStream.ReadExactly(tensor.bytes);
        return tensor;
    }

    public static void ReadInto(torch.Tensor target, BinaryReader reader)
    {
        using var mode = torch.no_grad();
        using var source = Read(reader);
        if (source.dtype != target.dtype)
            throw Mismatch("data types");
        if (!source.shape.SequenceEqual(target.shape))
            throw Mismatch("shape");
        target.copy_(source);
    }

    private static ArgumentException Mismatch(string what) => new(
        $"Mismatched tensor {what} while loading. Make sure that the model you are loading into is exactly the same as the origin.");
}
