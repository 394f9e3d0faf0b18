namespace TorchSharp.Utils;

/// <summary>Numbers of variable length, as in TorchSharp's files.</summary>
internal static class LEB128Codec
{
    public static void Encode(this BinaryWriter writer, long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        for (; value > 0x7f; value >>= 7) writer.Write((byte)(value & 0x7f | 0x80));
        writer.Write((byte)value);
    }

    public static long Decode(this BinaryReader reader)
    {
        long result = 0;
        for (int shift = 0; ; shift += 7)
        {
            long part = reader.ReadByte();
            result |= (part & 0x7f) << shift;
            if ((part & 0x80) == 0) return result;
        }
    }
}
