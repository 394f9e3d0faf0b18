using SuParDsl.Lab.Data.TokenFiles;

namespace SuParDsl.Lab.Data;

/// <summary>Windows of tokens and their next tokens, row-major: rows × context.</summary>
/// <param name="Inputs">The tokens.</param>
/// <param name="Targets">The next token of each token.</param>
/// <param name="Rows">The number of windows.</param>
/// <param name="Context">The length of a window.</param>
internal sealed record TokenBatch(long[] Inputs, long[] Targets, int Rows, int Context)
{
    /// <summary>Both as tensors, rows × context.</summary>
    public Batch ToTensors() => new(torch.tensor(Inputs, [Rows, Context]), torch.tensor(Targets, [Rows, Context]));
}

/// <summary>Cuts batches of windows out of a sequence of tokens.</summary>
internal static class Windows
{
    // Keeps the draws of the part apart from the draws of the position.
    private const long PartSeed = 0x706172745F647261;

    /// <summary>
    /// The training batch of a step: windows at random positions, which are a function of seed and step alone. The part of a
    /// mixture that a window is cut from is drawn by the weights.
    /// </summary>
    public static TokenBatch Random(TokenSource tokens, int rows, int context, long seed, int step)
    {
        var parts = tokens.Parts;
        if (parts is [var only])
        {
            var starts = SplitMix.Examples(only.Tokens.Length - context, rows, seed, step);
            return Cut([.. starts.Select(start => (only.Tokens, start))], context);
        }

        return Cut(
            [
                .. Enumerable.Range(0, rows).Select(row =>
                {
                    var part = Chosen(parts, SplitMix.Uniform(seed ^ PartSeed, step, row));
                    return (part, SplitMix.Below(part.Length - context, seed, step, row));
                }),
            ],
            context);
    }

    /// <summary>
    /// Batches of windows that do not overlap, spread evenly over all the tokens, and in a mixture over each part by its
    /// weight: at most <paramref name="count"/> full batches, at least one window.
    /// </summary>
    public static IEnumerable<TokenBatch> Spread(TokenSource tokens, int rows, int context, int count)
    {
        var parts = tokens.Parts;
        var all = parts.Sum(static part => part.Weight);
        var wanted = (long)rows * count;
        return parts.SelectMany(part =>
            {
                var windows = parts.Count == 1 ? wanted : Math.Max(1, (long)Math.Round(wanted * (part.Weight / all)));
                return Places.Spread((part.Tokens.Length - 1) / context, windows)
                    .Select(window => (part.Tokens, window * context));
            })
            .Chunk(rows).Take(count).Select(starts => Cut(starts, context));
    }

    private static TokenSource Chosen(IReadOnlyList<WeightedTokens> parts, double uniform)
    {
        var rest = uniform * parts.Sum(static part => part.Weight);
        foreach (var (tokens, weight) in parts)
        {
            rest -= weight;
            if (rest < 0)
            {
                return tokens;
            }
        }

        return parts[^1].Tokens;
    }

    private static TokenBatch Cut((TokenSource Tokens, long At)[] starts, int context)
    {
        var inputs = new long[starts.Length * context];
        var targets = new long[inputs.Length];
        var window = new long[context + 1];
        for (var row = 0; row < starts.Length; row++)
        {
            starts[row].Tokens.Read(starts[row].At, window);
            window.AsSpan(0, context).CopyTo(inputs.AsSpan(row * context));
            window.AsSpan(1).CopyTo(targets.AsSpan(row * context));
        }

        return new(inputs, targets, starts.Length, context);
    }
}
