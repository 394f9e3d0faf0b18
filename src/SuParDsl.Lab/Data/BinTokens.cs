using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace SuParDsl.Lab.Data;

/// <summary>
/// Token ids in a file of little-endian 16-bit numbers, nanoGPT's <c>train.bin</c>. It is read where it is needed, so it may be
/// larger than memory; by positioned reads, as a mapped file that somebody cuts short would kill the process.
/// </summary>
internal sealed class BinTokens : TokenSource
{
    private const int TokenBytes = sizeof(ushort);

    private readonly string path;
    private readonly SafeFileHandle file;

    /// <exception cref="UserException">The file cannot be read, or is no row of 16-bit numbers.</exception>
    public BinTokens(string path)
    {
        this.path = path;
        try
        {
            file = File.OpenHandle(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"{path} cannot be read ({e.Message}): a data folder needs train.bin and val.bin, or .txt files");
        }

        var bytes = RandomAccess.GetLength(file);
        if (bytes % TokenBytes != 0)
        {
            file.Dispose();
            throw new UserException($"{path} has {bytes} bytes, an odd number: it must be 16-bit token ids");
        }

        Length = bytes / TokenBytes;
    }

    /// <inheritdoc/>
    public override long Length { get; }

    /// <inheritdoc/>
    public override void Read(long position, Span<long> into)
    {
        var bytes = new byte[into.Length * TokenBytes];
        ReadBytes(bytes, position * TokenBytes);
        for (var i = 0; i < into.Length; i++)
        {
            into[i] = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(i * TokenBytes));
        }
    }

    /// <summary>The largest id in the file; -1 when it is empty.</summary>
    public int MaxId()
    {
        const int Piece = 1 << 20;
        var bytes = new byte[Piece];
        var max = -1;
        for (long at = 0; at < Length * TokenBytes; at += Piece)
        {
            var piece = bytes.AsSpan(0, (int)Math.Min(Piece, (Length * TokenBytes) - at));
            ReadBytes(piece, at);
            for (var i = 0; i < piece.Length; i += TokenBytes)
            {
                max = Math.Max(max, BinaryPrimitives.ReadUInt16LittleEndian(piece[i..]));
            }
        }

        return max;
    }

    /// <inheritdoc/>
    public override void Dispose() => file.Dispose();

    private void ReadBytes(Span<byte> into, long offset)
    {
        while (into.Length > 0)
        {
            var read = RandomAccess.Read(file, into, offset);
            if (read == 0)
            {
                throw new UserException($"{path} became shorter while it was read");
            }

            into = into[read..];
            offset += read;
        }
    }
}
