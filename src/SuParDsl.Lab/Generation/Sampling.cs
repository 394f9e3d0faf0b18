using System.Collections.Immutable;

namespace SuParDsl.Lab.Generation;

/// <summary>How tokens are drawn. The names and definitions are those of Transformers' <c>generate</c>.</summary>
/// <param name="Length">The largest number of tokens to draw.</param>
internal sealed record Sampling(int Length)
{
    /// <summary>The divisor of the logits; 0 always takes the likeliest token.</summary>
    public double Temperature { get; init; } = 0.8;

    /// <summary>Only this many of the likeliest tokens are drawn; 0 for all.</summary>
    public int TopK { get; init; }

    /// <summary>Only the likeliest tokens whose probabilities add up to this are drawn; 1 for all.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Only tokens with this fraction of the likeliest token's probability are drawn; 0 for all.</summary>
    public double MinP { get; init; }

    /// <summary>
    /// The divisor of positive logits, and the factor on negative ones, of tokens that the text has already; 1 for none.
    /// </summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>The seed of the draws.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>The number of texts.</summary>
    public int Samples { get; init; } = 1;

    /// <summary>Texts that end a sample, without being part of it.</summary>
    public ImmutableArray<string> Stop { get; init; } = [];

    /// <summary>Whether the token for the end of a text is drawn like any other, and does not end a sample.</summary>
    public bool IgnoreEos { get; init; }
}
