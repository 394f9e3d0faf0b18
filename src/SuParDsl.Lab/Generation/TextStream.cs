using SuParDsl.Lab.Data.Tokenizers;

namespace SuParDsl.Lab.Generation;

/// <summary>
/// Turns the tokens of a sample into text as they come. Text is held back while it ends within a character, or with the beginning
/// of a text at which the sample stops.
/// </summary>
internal sealed class TextStream
{
    // The tokens before those that are decoded, so that a tokenizer can see what the first one follows.
    private const int Before = 5;

    private const char Incomplete = '\uFFFD';

    private readonly Tokenizer tokenizer;
    private readonly IReadOnlyList<string> stops;
    private readonly Action<string> write;
    private readonly List<int> pending;
    private int known;
    private string knownText;
    private string held = string.Empty;

    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="prompt">The tokens before, which are not written.</param>
    /// <param name="stops">The texts at which the sample stops.</param>
    /// <param name="write">Writes a piece of text.</param>
    public TextStream(Tokenizer tokenizer, IReadOnlyList<int> prompt, IReadOnlyList<string> stops, Action<string> write)
    {
        (this.tokenizer, this.stops, this.write) = (tokenizer, stops, write);
        pending = [.. prompt.TakeLast(Before)];
        (known, knownText) = (pending.Count, tokenizer.Decode(pending));
    }

    /// <summary>Adds a token.</summary>
    /// <returns>Whether the sample goes on.</returns>
    public bool Add(int token)
    {
        pending.Add(token);
        var text = tokenizer.Decode(pending);
        if (text.Length <= knownText.Length || text[^1] == Incomplete)
        {
            return true;
        }

        var piece = text[knownText.Length..];
        pending.RemoveRange(0, known);
        (known, knownText) = (pending.Count, tokenizer.Decode(pending));
        return Hold(piece);
    }

    /// <summary>Writes what is held back.</summary>
    public void End()
    {
        var text = tokenizer.Decode(pending);
        if (text.Length <= knownText.Length || Hold(text[knownText.Length..]))
        {
            write(held);
        }
    }

    // Writes what cannot be the beginning of a stop text. Returns false after a whole one.
    private bool Hold(string piece)
    {
        held += piece;
        var ends = stops.Select(stop => held.IndexOf(stop, StringComparison.Ordinal)).Where(static at => at >= 0).ToList();
        var kept = ends.Count > 0 ? 0 : stops.Select(Overlap).DefaultIfEmpty().Max();
        write(held[..(ends.Count > 0 ? ends.Min() : held.Length - kept)]);
        held = held[^kept..];
        return ends.Count == 0;
    }

    // The length of the longest end of the held text that begins a stop text.
    private int Overlap(string stop)
    {
        var length = Math.Min(stop.Length - 1, held.Length);
        while (length > 0 && !held.EndsWith(stop[..length], StringComparison.Ordinal))
        {
            length--;
        }

        return length;
    }
}
