using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using static TorchSharp.torch;

namespace SuParDsl.Checkpoints;

/// <summary>
/// A tensor to write. Its bytes are requested when they are written, so that only one tensor at a time is in memory.
/// </summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Type">Its element type, as in <see cref="SafetensorsType"/>.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Bytes">Returns its little-endian bytes in row-major order.</param>
public sealed record SafetensorsTensor(string Name, string Type, ImmutableArray<long> Shape, Func<ReadOnlyMemory<byte>> Bytes)
{
    /// <summary>Writes a tensor of any floating-point type as float32.</summary>
    internal static SafetensorsTensor Of(string name, ImmutableArray<long> shape, Func<Tensor> tensor) =>
        new(name, SafetensorsType.Float, shape, () => new TensorBytes(TensorNumbers.FloatsOf(tensor())).Memory);
}

/// <summary>Writes safetensors files atomically.</summary>
public static class SafetensorsWriter
{
    // The size of the parts that are sent to the disk while the rest is hashed and written.
    private const int PartBytes = 1 << 22;

    /// <summary>Writes tensors in the order given.</summary>
    /// <returns>The SHA-256 of each tensor's bytes, by name.</returns>
    /// <exception cref="ArgumentException">Two tensors share a name, or a tensor's bytes do not fit its shape.</exception>
    public static IReadOnlyDictionary<string, string> Write(
        string path, IReadOnlyList<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var header = Header(tensors, metadata);
        Dictionary<string, string> checksums = [];
        AtomicFile.Write(path, stream =>
        {
            Span<byte> prefix = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)header.Length);
            stream.Write(prefix);
            stream.Write(header);
            foreach (var tensor in tensors)
            {
                using var scope = NewDisposeScope();
                var bytes = tensor.Bytes();
                if (bytes.Length != Length(tensor))
                {
                    throw new ArgumentException(
                        $"'{tensor.Name}' has {bytes.Length} bytes, but its shape needs {Length(tensor)}");
                }

                checksums.Add(tensor.Name, Convert.ToHexStringLower(WriteAndHash(stream, bytes)));
            }
        });
        return checksums;
    }

    // Hash and write in parallel, because both take about the same time.
    private static byte[] WriteAndHash(FileStream stream, ReadOnlyMemory<byte> bytes)
    {
        var checksum = Task.Run(() => SHA256.HashData(bytes.Span));
        try
        {
            for (var at = 0; at < bytes.Length; at += PartBytes)
            {
                var part = bytes.Span[at..Math.Min(bytes.Length, at + PartBytes)];
                var offset = stream.Position;
                stream.Write(part);
                DiskFlush.Begin(stream.SafeFileHandle, offset, part.Length);
            }
        }
        finally
        {
            // Wait even if the disk is full, because the tensor's memory is read until hashing is complete.
            checksum.Wait();
        }

        return checksum.Result;
    }

    private static byte[] Header(IReadOnlyList<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var entries = new Dictionary<string, object> { [SafetensorsHeader.MetadataKey] = metadata };
        long offset = 0;
        foreach (var tensor in tensors)
        {
            var end = checked(offset + Length(tensor));
            entries.Add(tensor.Name, new { dtype = tensor.Type, shape = tensor.Shape, data_offsets = new[] { offset, end } });
            offset = end;
        }

        // Pad with spaces, as the format allows, so that the data starts at a multiple of 8.
        var json = JsonSerializer.SerializeToUtf8Bytes(entries);
        var padded = new byte[(json.Length + 7) / 8 * 8];
        json.CopyTo(padded, 0);
        padded.AsSpan(json.Length).Fill((byte)' ');
        return padded;
    }

    private static long Length(SafetensorsTensor tensor)
    {
        var size = SafetensorsType.SizeOf(tensor.Type) ?? throw new ArgumentException($"the format has no type '{tensor.Type}'");
        return tensor.Shape.Aggregate((long)size, static (product, axis) => checked(product * axis));
    }
}
