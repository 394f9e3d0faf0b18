namespace SuParDsl.Lab.Data.TokenFiles;

/// <summary>A long sequence of token ids, in memory or in a file.</summary>
internal abstract class TokenSource : IDisposable
{
    /// <summary>The number of tokens.</summary>
    public abstract long Length { get; }

    /// <summary>
    /// The sequences that windows are drawn from, each with its weight: this one alone, unless it is a mixture.
    /// </summary>
    public virtual IReadOnlyList<WeightedTokens> Parts => [new(this, 1)];

    /// <summary>Copies tokens, starting at a position.</summary>
    public abstract void Read(long position, Span<long> into);

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }
}

/// <summary>Token ids in memory.</summary>
internal sealed class ArrayTokens(int[] ids) : TokenSource
{
    /// <inheritdoc/>
    public override long Length => ids.Length;

    /// <inheritdoc/>
    public override void Read(long position, Span<long> into)
    {
        var from = ids.AsSpan((int)position, into.Length);
        for (var i = 0; i < into.Length; i++)
        {
            into[i] = from[i];
        }
    }
}
