using Microsoft.Win32.SafeHandles;

namespace SuParDsl.Lab.Data.TokenFiles;

/// <summary>
/// Token ids in a file such as nanoGPT's <c>train.bin</c>. Only the requested parts are read, so that the file may be larger than
/// memory, and the process keeps none of it. It is not memory-mapped: mapped pages count as the process's memory until the system
/// takes them back, and the process would be killed if another one truncated the file.
/// </summary>
internal sealed class BinTokens : TokenSource
{
    private readonly SafeFileHandle file;
    private readonly long offset;

    /// <param name="path">The file.</param>
    /// <param name="format">The layout of the file.</param>
    /// <param name="type">The number format of the ids.</param>
    /// <exception cref="UserException">The file cannot be read, or its length is not a multiple of an id's.</exception>
    public BinTokens(string path, TokenFormat format, TokenType type)
    {
        (Path, Type, offset) = (path, type, format.Offset);
        Note = format.Source is { } source ? $"{type.Words()} by {source}" : type.IsLike(TokenType.Uint16) ? null : type.Words();
        if (format.Length % type.Bytes() != 0)
        {
            var odd = type.Bytes() == 2 ? "an odd number" : $"not a multiple of {type.Bytes()}";
            throw new UserException(
                $"{path} has {format.Length} bytes, {odd}: it must hold {type.Words()}; "
                + "name another type with --token-type");
        }

        Length = format.Length / type.Bytes();
        file = File.OpenHandle(path);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The number format of the ids.</summary>
    public TokenType Type { get; }

    /// <summary>A note for messages on the format of the file; null for plain 16-bit ids, which nanoGPT writes.</summary>
    public string? Note { get; }

    /// <summary>The vocabulary size: ids that are read later must be below it. Initially there is no bound.</summary>
    public long Vocabulary { get; set; } = long.MaxValue;

    /// <inheritdoc/>
    public override long Length { get; }

    /// <inheritdoc/>
    /// <exception cref="UserException">
    /// The file is damaged, or has changed since it was opened: it is shorter, or has an id outside the vocabulary.
    /// </exception>
    public override void Read(long position, Span<long> into)
    {
        var bytes = new byte[into.Length * Type.Bytes()];
        ReadBytes(bytes, offset + (position * Type.Bytes()));
        Type.Read(bytes, into);
        if (Vocabulary < long.MaxValue && into.IndexOfAnyExceptInRange(0, Vocabulary - 1) is >= 0 and var at)
        {
            throw new UserException(
                $"{Path} has the id {into[at]} at position {position + at}, "
                + $"and the model's vocabulary is the ids 0 to {Vocabulary - 1}: "
                + "the file is damaged, or has changed since it was opened");
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
