using System.Text.Encodings.Web;
using System.Text.Json;
using SuParDsl.Checkpoints;
using SuParDsl.Lab.Files;

namespace SuParDsl.Lab.Data.BytePairs;

/// <summary>
/// GPT-2's two files: <c>vocab.json</c> with every token and its id, and <c>merges.txt</c> with one merge per line.
/// </summary>
internal static class BytePairFiles
{
    private const string VocabularyFile = "vocab.json", MergesFile = "merges.txt", Header = "#version: 0.2";

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether a folder has the files.</summary>
    public static bool AreIn(string folder) => File.Exists(Path.Combine(folder, MergesFile));

    /// <summary>Writes the files.</summary>
    public static void Write(string folder, BytePairTokenizer tokenizer)
    {
        var ids = tokenizer.Tokens.Index().ToDictionary(static token => token.Item, static token => token.Index);
        AtomicFile.WriteText(Path.Combine(folder, VocabularyFile), JsonSerializer.Serialize(ids, Json) + "\n");
        var lines = tokenizer.Merges.Prepend(Header).Select(static line => line + "\n");
        AtomicFile.WriteText(Path.Combine(folder, MergesFile), string.Concat(lines));
    }

    /// <summary>Reads the files.</summary>
    /// <exception cref="UserException">A file is missing or damaged, or the files belong to different tokenizers.</exception>
    public static BytePairTokenizer Read(string folder)
    {
        var tokens = ReadTokens(Path.Combine(folder, VocabularyFile));
        var merges = ReadMerges(Path.Combine(folder, MergesFile), tokens);
        RequireMade(folder, tokens, merges);
        return new(tokens, merges);
    }

    private static string[] ReadTokens(string path)
    {
        var ids = Parse(path);
        var tokens = new string[ids.Count];
        foreach (var (token, id) in ids)
        {
            if (id < 0 || id >= tokens.Length || tokens[id] is not null)
            {
                throw new UserException(
                    $"{path} is damaged: the token '{token}' has the id {id}; "
                    + $"{tokens.Length} tokens have the ids 0 to {tokens.Length - 1}, each once");
            }

            tokens[id] = token.All(ByteLetters.IsLetter)
                ? token
                : throw new UserException(
                    $"{path} is damaged, or of another kind of tokenizer than GPT-2's: "
                    + $"'{token}' is not a token of GPT-2's bytes, "
                    + $"as '{token.First(static c => !ByteLetters.IsLetter(c))}' stands for no byte");
        }

        return ByteLetters.InOrder.FirstOrDefault(letter => !ids.ContainsKey(letter.ToString()))
            is var missing and not default(char)
            ? throw new UserException(
                $"{path} is damaged, or of another kind of tokenizer than GPT-2's: it has no token for the byte '{missing}'")
            : tokens;
    }

    private static string[] ReadMerges(string path, IReadOnlyList<string> tokens)
    {
        var known = tokens.ToHashSet();
        var made = ByteLetters.InOrder.Select(static letter => letter.ToString()).ToHashSet();
        List<string> merges = [];
        HashSet<string> seen = [];
        var text = Text(path);
        if (text.StartsWith('{'))
        {
            throw new UserException(
                $"{path} is a JSON object; it must be lines of merges, two tokens each: is it another tokenizer's file, "
                + $"or swapped with {VocabularyFile}?");
        }

        foreach (var (i, line) in text.Split('\n').Index())
        {
            var merge = line.TrimEnd('\r');
            if (merge.Length == 0 || (i == 0 && merge.StartsWith('#')))
            {
                continue;
            }

            if (merge.Split(' ') is not [var left, var right]
                || !known.Contains(left) || !known.Contains(right) || !known.Contains(left + right))
            {
                throw new UserException(
                    $"{path}({i + 1}) is damaged: '{merge}' is not a valid merge: "
                    + $"both parts and their concatenation must be in {VocabularyFile}; "
                    + "or the two files belong to different tokenizers");
            }

            if (!seen.Add(merge))
            {
                throw new UserException($"{path}({i + 1}) is damaged: the merge '{merge}' is listed twice");
            }

            // Lines are in the order of the merges. A merge whose part is only made by a later line would never apply.
            if (!made.Contains(left) || !made.Contains(right))
            {
                throw new UserException(
                    $"{path}({i + 1}) is damaged: "
                    + $"'{merge}' comes before any line that makes '{(made.Contains(left) ? right : left)}'; "
                    + "the lines must be in the order in which the merges were learned");
            }

            made.Add(left + right);
            merges.Add(merge);
        }

        return [.. merges];
    }

    // If merges.txt is truncated or belongs to another tokenizer, no text is ever encoded to most of the tokens.
    private static void RequireMade(string folder, string[] tokens, string[] merges)
    {
        const int MostPercent = 1;
        var made = merges.Select(static merge => merge.Replace(" ", string.Empty, StringComparison.Ordinal)).ToHashSet();
        string[] others = [.. tokens.Where(token => token.Length > 1 && !made.Contains(token) && !IsSpecial(token))];
        if (others.Length * 100 > MostPercent * tokens.Length)
        {
            throw new UserException(
                $"{Path.Combine(folder, VocabularyFile)} has {others.Length} tokens that no merge of {MergesFile} makes, "
                + $"such as '{others[0]}': "
                + $"{MergesFile} belongs to another tokenizer or is truncated");
        }
    }

    // Special tokens such as <|endoftext|>, </s> and [PAD] do not occur in text.
    private static bool IsSpecial(string token) => token is ['<', .., '>'] or ['[', .., ']'];

    private static Dictionary<string, int> Parse(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, int>>(Text(path)) ?? throw new JsonException("it holds null");
        }
        catch (JsonException e)
        {
            var kind = FileKind.Describe(path);
            var advice = kind == FileKind.Merges ? $"is it swapped with {MergesFile}?" : e.Message.ReplaceLineEndings(" ");
            throw new UserException($"{path} is {kind}, or damaged; it must be a JSON object of tokens and their ids: {advice}");
        }
    }

    private static string Text(string path) => File.Exists(path)
        ? TextFile.Read(path, "UTF-8 text", $"byte pairs are a folder with {VocabularyFile} and {MergesFile}")
        : throw new UserException($"{path} cannot be read: byte pairs are a folder with {VocabularyFile} and {MergesFile}");
}
