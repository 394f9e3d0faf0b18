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
    /// <summary>The training batch of a step: windows at random positions, which are a function of seed and step alone.</summary>
    public static TokenBatch Random(TokenSource tokens, int rows, int context, long seed, int step) =>
        Cut(tokens, context, SplitMix.Examples(tokens.Length - context, rows, seed, step));

    /// <summary>
    /// Batches of windows that do not overlap, spread evenly over all the tokens: at most <paramref name="count"/> full batches,
    /// at least one window.
    /// </summary>
    public static IEnumerable<TokenBatch> Spread(TokenSource tokens, int rows, int context, int count)
    {
        var available = (tokens.Length - 1) / context;
        return Places.Spread(available, (long)rows * count).Select(window => window * context).Chunk(rows)
            .Select(starts => Cut(tokens, context, starts));
    }

    private static TokenBatch Cut(TokenSource tokens, int context, long[] starts)
    {
        var inputs = new long[starts.Length * context];
        var targets = new long[inputs.Length];
        var window = new long[context + 1];
        for (var row = 0; row < starts.Length; row++)
        {
            tokens.Read(starts[row], window);
            window.AsSpan(0, context).CopyTo(inputs.AsSpan(row * context));
            window.AsSpan(1).CopyTo(targets.AsSpan(row * context));
        }

        return new(inputs, targets, starts.Length, context);
    }
}
