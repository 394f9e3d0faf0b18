using System.Buffers.Text;
using System.Globalization;
using SuParDsl.Lab.Data.BytePairs;

namespace SuParDsl.Lab.Data.Pretrained;

/// <summary>
/// Reads tiktoken's ranks: a token in base64 and its id on each line. The file does not say how text is split, so that only the
/// published encodings are read, which their number of ranks identifies. Special tokens are never found in text.
/// </summary>
internal static class TiktokenRanks
{
    // Possessive quantifiers of the published expressions are written without, as .NET has none; these match the same.
    private const string Cl100k = @"'(?:[sSdDmMtT\u017F]|[lL][lL]|[vV][eE]|[rR][eE])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
        + @"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const string Contraction = @"(?:'(?:[sSdDmMtT\u017F]|[lL][lL]|[vV][eE]|[rR][eE]))?";

    private const string O200k = @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+" + Contraction
        + @"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*" + Contraction
        + @"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private static readonly Encoding[] Known =
    [
        new("gpt2 or r50k_base", 50256, null, new() { ["<|endoftext|>"] = 50256 }),
        new("p50k_base", 50280, null, new() { ["<|endoftext|>"] = 50256 }),
        new("cl100k_base", 100256, Cl100k, new()
        {
            ["<|endoftext|>"] = 100257, ["<|fim_prefix|>"] = 100258, ["<|fim_middle|>"] = 100259, ["<|fim_suffix|>"] = 100260,
            ["<|endofprompt|>"] = 100276,
        }),
        new("o200k_base", 199998, O200k, new() { ["<|endoftext|>"] = 199999, ["<|endofprompt|>"] = 200018 }),
    ];

    private sealed record Encoding(string Name, int Ranks, string? Expression, Dictionary<string, int> Special);

    /// <summary>Whether a file begins with a line of base64 and a number.</summary>
    public static bool AreIn(ReadOnlySpan<byte> bytes)
    {
        var line = bytes[..Math.Max(0, bytes.IndexOf((byte)'\n'))].TrimEnd((byte)'\r');
        var space = line.IndexOf((byte)' ');
        return space > 0 && Base64.IsValid(line[..space]) && Utf8Parser.TryParse(line[(space + 1)..], out int _, out var used)
            && used == line.Length - space - 1;
    }

    /// <summary>Reads the ranks.</summary>
    /// <exception cref="UserException">A line is damaged, or the ranks are not of a published encoding.</exception>
    public static TokenizerModel Read(string path, byte[] bytes)
    {
        var ids = new Dictionary<string, int>();
        foreach (var (i, line) in System.Text.Encoding.ASCII.GetString(bytes).Split('\n').Index())
        {
            if (line.TrimEnd('\r') is { Length: > 0 } text)
            {
                var (token, id) = Rank(text, $"{path}({i + 1})");
                if (!ids.TryAdd(token, id))
                {
                    throw new UserException($"{path}({i + 1}) is damaged: the token of this line is listed twice");
                }
            }
        }

        var known = Array.Find(Known, encoding => encoding.Ranks == ids.Count) ?? throw new UserException(
            $"{path} has {ids.Count} ranks: the file does not say how text is split, and only the encodings "
            + $"{string.Join(", ", Known.Select(static one => $"{one.Name} ({one.Ranks})"))} are known; "
            + "it may be damaged, or give the tokenizer's tokenizer.json instead");
        var taken = ids.Values.ToHashSet();
        return taken.Count < ids.Count
            || taken.Overlaps(known.Special.Values)
            || taken.Max() > known.Special.Values.Max() + known.Ranks
            ? throw new UserException($"{path} is damaged: an id of its {ids.Count} ranks occurs twice or is too large")
            : ByteLevel.Model(
                path, ids, PieceMerges.Of(ids.Select(static token => (token.Key, token.Value, token.Value))),
                new(path, known.Expression is { } expression ? [expression] : [], hasGpt2: known.Expression is null),
                takesWholeWords: true, known.Special, isFound: false, known.Special["<|endoftext|>"]);
    }

    private static (string Token, int Id) Rank(string line, string place)
    {
        var parts = line.Split(' ');
        var token = new byte[line.Length];
        return parts.Length == 2 && Convert.TryFromBase64String(parts[0], token, out var length) && length > 0
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                ? (string.Concat(token.Take(length).Select(ByteLetters.Of)), id)
                : throw new UserException($"{place} is damaged: it must be a token in base64, a space and its id");
    }
}
