using Microsoft.Win32.SafeHandles;

namespace SuParDsl.Lab.Data.TokenFiles;

/// <summary>
/// Token ids in a file, as nanoGPT's <c>train.bin</c>. It is read where it is needed, so it may be larger than memory; by positioned reads, as a
/// mapped file that somebody cuts short would kill the process.
/// </summary>
internal sealed class BinTokens : TokenSource
{
    private readonly SafeFileHandle file;
    private readonly long offset;

    /// <param name="path">The file.</param>
    /// <param name="format">Where its ids are.</param>
    /// <param name="type">How they are written.</param>
    /// <exception cref="UserException">The file cannot be read, or holds no whole number of ids.</exception>
    public BinTokens(string path, TokenFormat format, TokenType type)
    {
        (Path, Type, offset) = (path, type, format.Offset);
        Note = format.Source is { } source ? $"{type.Words()} by {source}" : type.IsLike(TokenType.Uint16) ? null : type.Words();
        if (format.Length % type.Bytes() != 0)
        {
            var odd = type.Bytes() == 2 ? "an odd number" : $"no multiple of {type.Bytes()}";
            throw new UserException($"{path} has {format.Length} bytes, {odd}: it must be {type.Words()}; name another type with --token-type");
        }

        Length = format.Length / type.Bytes();
        file = File.OpenHandle(path);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>How its ids are written.</summary>
    public TokenType Type { get; }

    /// <summary>What is unusual about the ids, for people; null for 16-bit ones and nothing else, as nanoGPT writes them.</summary>
    public string? Note { get; }

    /// <summary>The number of different ids that are possible: what is read later must be below it. At first there is no bound.</summary>
    public long Vocabulary { get; set; } = long.MaxValue;

    /// <inheritdoc/>
    public override long Length { get; }

    /// <inheritdoc/>
    /// <exception cref="UserException">The file has changed since it was opened: it has become shorter, or has other ids.</exception>
    public override void Read(long position, Span<long> into)
    {
        var bytes = new byte[into.Length * Type.Bytes()];
        ReadBytes(bytes, offset + (position * Type.Bytes()));
        Type.Read(bytes, into);
        if (Vocabulary < long.MaxValue && into.IndexOfAnyExceptInRange(0, Vocabulary - 1) is >= 0 and var at)
        {
            throw new UserException(
                $"{Path} has the id {into[at]} at position {position + at}, and the model's vocabulary is the ids 0 to {Vocabulary - 1}: "
                + "the file has changed since it was opened");
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => file.Dispose();

    private void ReadBytes(Span<byte> into, long at)
    {
        while (into.Length > 0)
        {
            var read = RandomAccess.Read(file, into, at);
            if (read == 0)
            {
                throw new UserException($"{Path} became shorter while it was read");
            }

            into = into[read..];
            at += read;
        }
    }
}
