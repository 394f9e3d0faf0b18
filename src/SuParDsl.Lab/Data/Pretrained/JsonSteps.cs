using System.Text.Json;
using System.Text.RegularExpressions;

namespace SuParDsl.Lab.Data.Pretrained;

/// <summary>What a <c>tokenizer.json</c> does to a text before it merges pairs.</summary>
/// <param name="IsByteLevel">Whether pairs are of bytes, not of characters.</param>
/// <param name="Expressions">Expressions that split the text.</param>
/// <param name="HasGpt2">Whether GPT-2's splitting follows them.</param>
/// <param name="Normalizer">The normalization forms that the text is brought into.</param>
/// <param name="Spaces">How spaces are written, for pairs of characters.</param>
internal sealed record JsonSteps(
    bool IsByteLevel, IReadOnlyList<string> Expressions, bool HasGpt2, IReadOnlyList<string> Normalizer, PieceSpaces Spaces)
{
    private const string Blank = "\u2581";

    /// <summary>Reads the two parts.</summary>
    /// <exception cref="UserException">A step is not supported.</exception>
    public static JsonSteps Read(string path, JsonElement? normalizer, JsonElement? preTokenizer)
    {
        List<string> forms = [], expressions = [];
        var spaces = new PieceSpaces(false, BlankPrefix.Never);
        foreach (var step in Flat(normalizer, "normalizers"))
        {
            spaces = Normalize(path, step, forms, spaces);
        }

        var (isByteLevel, hasGpt2) = (false, false);
        foreach (var step in Flat(preTokenizer, "pretokenizers"))
        {
            if (isByteLevel)
            {
                throw TokenizerJson.Unsupported(path, $"the pre-tokenizer {Type(step)} after ByteLevel", "ByteLevel as the last");
            }

            switch (Type(step))
            {
                case "ByteLevel":
                    isByteLevel = true;
                    hasGpt2 = TokenizerJson.Part(step, "use_regex")?.GetBoolean() ?? true;
                    if (TokenizerJson.Flag(step, "add_prefix_space"))
                    {
                        throw TokenizerJson.Unsupported(path, "add_prefix_space of ByteLevel", "false");
                    }

                    break;
                case "Digits":
                    expressions.Add(TokenizerJson.Flag(step, "individual_digits") ? @"\p{N}" : @"\p{N}+");
                    break;
                case "Split" when IsGemma(step) && spaces.Replaces:
                    break; // after the normalizer there is no space left to split at
                case "Split":
                    expressions.Add(Expression(path, step));
                    break;
                case "Metaspace" when !TokenizerJson.Flag(step, "split") && TokenizerJson.Text(step, "replacement") == Blank:
                    spaces = Metaspace(path, step);
                    break;
                case var type:
                    throw TokenizerJson.Unsupported(
                        path, $"the pre-tokenizer {type}", "ByteLevel, Split, Digits, or Metaspace without split");
            }
        }

        return !isByteLevel && (expressions.Count > 0 || forms.Count > 0)
            ? throw TokenizerJson.Unsupported(
                path, "a pre-tokenizer or normalizer of pairs of characters", "that of Llama 2, Mistral or Gemma")
            : isByteLevel && spaces != new PieceSpaces(false, BlankPrefix.Never)
                ? throw TokenizerJson.Unsupported(path, "a normalizer that replaces spaces before ByteLevel", "NFC")
                : new(isByteLevel, expressions, hasGpt2, forms, spaces);
    }

    /// <summary>The text in the normalization forms.</summary>
    public string Normalized(string text) => Normalizer.Count == 0 ? text : NormalForm.RequireComposed(text);

    private static PieceSpaces Normalize(string path, JsonElement step, List<string> forms, PieceSpaces spaces)
    {
        switch (Type(step))
        {
            case "NFC":
                forms.Add("NFC");
                return spaces;
            case "Prepend" when TokenizerJson.Text(step, "prepend") == Blank
                && spaces == new PieceSpaces(false, BlankPrefix.Never):
                return new(false, BlankPrefix.Each);
            case "Replace" when TokenizerJson.Part(step, "pattern") is { } pattern && TokenizerJson.Text(pattern, "String") == " "
                && TokenizerJson.Text(step, "content") == Blank:
                return spaces with { Replaces = true };
            case var type:
                throw TokenizerJson.Unsupported(
                    path, $"the normalizer {type}", "NFC, and Prepend and Replace of spaces by '\u2581'");
        }
    }

    private static PieceSpaces Metaspace(string path, JsonElement step) =>
        (TokenizerJson.Text(step, "prepend_scheme")
            ?? (TokenizerJson.Part(step, "add_prefix_space")?.GetBoolean() ?? true ? "always" : "never")) switch
        {
            "always" => new(true, BlankPrefix.EachWithout),
            "first" => new(true, BlankPrefix.FirstWithout),
            "never" => new(true, BlankPrefix.Never),
            var scheme => throw TokenizerJson.Unsupported(path, $"prepend_scheme {scheme}", "always, first or never"),
        };

    private static bool IsGemma(JsonElement step) =>
        TokenizerJson.Part(step, "pattern") is { } pattern && TokenizerJson.Text(pattern, "String") == " "
        && TokenizerJson.Text(step, "behavior") == "MergedWithPrevious";

    private static string Expression(string path, JsonElement step)
    {
        var behavior = TokenizerJson.Text(step, "behavior");
        if (behavior != "Isolated" || TokenizerJson.Flag(step, "invert"))
        {
            throw TokenizerJson.Unsupported(
                path,
                $"Split with the behavior {behavior}{(TokenizerJson.Flag(step, "invert") ? ", inverted" : string.Empty)}",
                "Isolated");
        }

        var pattern = TokenizerJson.Part(step, "pattern") ?? throw new UserException($"{path} is damaged: Split has no pattern");
        return TokenizerJson.Text(pattern, "Regex") ?? Regex.Escape(
            TokenizerJson.Text(pattern, "String") ?? throw new UserException($"{path} is damaged: Split has no pattern"));
    }

    private static string Type(JsonElement step) => TokenizerJson.Text(step, "type") ?? "without a type";

    private static IEnumerable<JsonElement> Flat(JsonElement? step, string list) => step is not { } one ? []
        : Type(one) == "Sequence" ? one.GetProperty(list).EnumerateArray().SelectMany(inner => Flat(inner, list))
        : [one];
}
