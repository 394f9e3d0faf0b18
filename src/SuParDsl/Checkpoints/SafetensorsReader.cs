using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace SuParDsl.Checkpoints;

/// <summary>
/// A safetensors file that is open for reading. The header is validated when the file is opened. Tensors are read one by one, so
/// a file may be larger than memory.
/// </summary>
public sealed class SafetensorsReader : IDisposable
{
    private const int Prefix = sizeof(ulong);

    private readonly SafeFileHandle file;
    private readonly long dataStart;

    private SafetensorsReader(string path, SafeFileHandle file, SafetensorsHeader header, long dataStart)
    {
        Path = path;
        this.file = file;
        this.dataStart = dataStart;
        Entries = header.Entries;
        Metadata = header.Metadata;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Entries { get; }

    /// <summary>The file's metadata.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file and checks its header.</summary>
    /// <exception cref="CheckpointException">The file is not a valid safetensors file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SafetensorsReader Open(string path)
    {
        var file = File.OpenHandle(path);
        try
        {
            var length = RandomAccess.GetLength(file);
            var prefix = new byte[Prefix];
            if (length < Prefix || !TryRead(file, prefix, 0))
            {
                throw new CheckpointException($"the file has {length} bytes, too few for a header");
            }

            var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
            if (headerLength > SafetensorsHeader.MaxLength || (long)headerLength > length - Prefix)
            {
                throw new CheckpointException($"the header says it is {headerLength} bytes long; the file has {length}, "
                    + $"and a header at most {SafetensorsHeader.MaxLength}");
            }

            var json = new byte[headerLength];
            var dataStart = Prefix + (long)headerLength;
            return TryRead(file, json, Prefix)
                ? new(path, file, SafetensorsHeader.Parse(json, length - dataStart), dataStart)
                : throw new CheckpointException("the file ends inside its header");
        }
        catch (CheckpointException e)
        {
            file.Dispose();
            throw new CheckpointException(FileKind.Known(path) is { } kind and not FileKind.Safetensors
                ? $"{path} is {kind}; it must be a safetensors file"
                : $"{path} is not a valid safetensors file: {e.Message}");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Returns the entry of a tensor that must exist and have the given type.</summary>
    /// <exception cref="CheckpointException">The tensor is missing or has another type.</exception>
    public SafetensorsEntry Entry(string name, string type)
    {
        if (!Entries.TryGetValue(name, out var entry))
        {
            throw new CheckpointException($"{Path} has no tensor '{name}'");
        }

        return entry.Type == type ? entry : throw new CheckpointException($"'{name}' in {Path} is {entry.Type}, not {type}");
    }

    /// <summary>Reads a tensor's single-precision floats in row-major order.</summary>
    /// <exception cref="CheckpointException">The tensor is missing, has another type, or cannot be read.</exception>
    public float[] ReadFloats(string name) => Read<float>(Entry(name, SafetensorsType.Float));

    /// <summary>
    /// Reads a tensor of F32, F16 or BF16 as single-precision floats in row-major order. The conversion is exact.
    /// </summary>
    /// <exception cref="CheckpointException">The tensor is missing, has another type, or cannot be read.</exception>
    public float[] ReadAsFloats(string name)
    {
        var entry = Entries.TryGetValue(name, out var found) ? found
            : throw new CheckpointException($"{Path} has no tensor '{name}'");
        return entry.Type switch
        {
            SafetensorsType.Float => Read<float>(entry),
            SafetensorsType.Half => Array.ConvertAll(Read<Half>(entry), static value => (float)value),
            SafetensorsType.BFloat16 => Array.ConvertAll(
                Read<ushort>(entry), static bits => BitConverter.UInt32BitsToSingle((uint)bits << 16)),
            _ => throw new CheckpointException(
                $"'{name}' in {Path} is {entry.Type}; it must be {SafetensorsType.Float}, {SafetensorsType.Half} or "
                    + $"{SafetensorsType.BFloat16}"),
        };
    }

    /// <summary>Reads a tensor's 64-bit integers in row-major order.</summary>
    /// <exception cref="CheckpointException">The tensor is missing, has another type, or cannot be read.</exception>
    public long[] ReadLongs(string name) => Read<long>(Entry(name, SafetensorsType.Long));

    /// <summary>Reads a tensor's bytes in row-major order.</summary>
    /// <exception cref="CheckpointException">The tensor is missing, has another type, or cannot be read.</exception>
    public byte[] ReadBytes(string name) => Read<byte>(Entry(name, SafetensorsType.Byte));

    /// <summary>The SHA-256 of a tensor's bytes.</summary>
    /// <exception cref="CheckpointException">The tensor is missing or cannot be read.</exception>
    public string Checksum(string name)
    {
        var entry =
            Entries.TryGetValue(name, out var found) ? found : throw new CheckpointException($"{Path} has no tensor '{name}'");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[Math.Min(entry.Length, 1 << 20)];
        for (long done = 0; done < entry.Length; done += piece.Length)
        {
            var part = piece.AsSpan(0, (int)Math.Min(piece.Length, entry.Length - done));
            if (!TryRead(file, part, dataStart + entry.Offset + done))
            {
                throw new CheckpointException($"{Path} ends inside '{name}'");
            }

            hash.AppendData(part);
        }

        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private T[] Read<T>(SafetensorsEntry entry) where T : unmanaged
    {
        // A span of bytes is limited to 2 GiB, so larger tensors are read in pieces.
        const int Piece = 1 << 26;
        var size = Unsafe.SizeOf<T>();
        var count = entry.Length / size;
        if (count > Array.MaxLength)
        {
            throw new CheckpointException($"'{entry.Name}' in {Path} has {count} elements, more than an array holds");
        }

        var values = GC.AllocateUninitializedArray<T>((int)count);
        for (long done = 0; done < count; done += Piece)
        {
            var piece = values.AsSpan((int)done, (int)Math.Min(Piece, count - done));
            if (!TryRead(file, MemoryMarshal.AsBytes(piece), dataStart + entry.Offset + (done * size)))
            {
                throw new CheckpointException($"{Path} ends inside '{entry.Name}'");
            }
        }

        return values;
    }

    private static bool TryRead(SafeFileHandle file, Span<byte> into, long offset)
    {
        while (into.Length > 0)
        {
            var read = RandomAccess.Read(file, into, offset);
            if (read == 0)
            {
                return false;
            }

            into = into[read..];
            offset += read;
        }

        return true;
    }
}
