namespace SuParDsl.Lab.Data.TokenFiles;

/// <summary>One of the sequences of a mixture.</summary>
/// <param name="Tokens">The tokens.</param>
/// <param name="Weight">The fraction of the windows that are drawn from it, relative to the others.</param>
internal readonly record struct WeightedTokens(TokenSource Tokens, double Weight);

/// <summary>
/// Several sequences of tokens that are drawn from by weight. Windows never reach from one into the next. As one sequence, they
/// follow each other.
/// </summary>
/// <param name="parts">The sequences; their weights are positive.</param>
internal sealed class MixedTokens(IReadOnlyList<WeightedTokens> parts) : TokenSource
{
    /// <inheritdoc/>
    public override IReadOnlyList<WeightedTokens> Parts => parts;

    /// <inheritdoc/>
    public override long Length => parts.Sum(static part => part.Tokens.Length);

    /// <inheritdoc/>
    public override void Read(long position, Span<long> into)
    {
        foreach (var (tokens, _) in parts)
        {
            var count = Math.Min(into.Length, tokens.Length - position);
            if (count > 0)
            {
                tokens.Read(position, into[..(int)count]);
                into = into[(int)count..];
                position += count;
            }

            position -= tokens.Length;
            if (into.IsEmpty)
            {
                return;
            }
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (var (tokens, _) in parts)
        {
            tokens.Dispose();
        }
    }
}
