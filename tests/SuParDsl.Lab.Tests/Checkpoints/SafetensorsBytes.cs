using System.Buffers.Binary;
using System.Text;

namespace SuParDsl.Lab.Tests.Checkpoints;

/// <summary>Safetensors files made by hand, which no writer would write.</summary>
internal static class SafetensorsBytes
{
    /// <summary>A file with a header and zeros for data.</summary>
    public static byte[] Of(string header, int dataLength) => Of(Encoding.UTF8.GetBytes(header), new byte[dataLength]);

    /// <summary>A file with a header and data.</summary>
    public static byte[] Of(ReadOnlySpan<byte> header, ReadOnlySpan<byte> data) => [.. Prefix(header.Length), .. header, .. data];

    /// <summary>The length before a header.</summary>
    public static byte[] Prefix(long length)
    {
        var prefix = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, length);
        return prefix;
    }
}
