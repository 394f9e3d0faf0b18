using System.Text.Encodings.Web;
using System.Text.Json;

namespace SuParDsl.Lab.Data.BytePairs;

/// <summary>GPT-2's two files: <c>vocab.json</c> with every token and its id, <c>merges.txt</c> with a merge a line.</summary>
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
    /// <exception cref="UserException">One is missing or damaged.</exception>
    public static BytePairTokenizer Read(string folder)
    {
        var tokens = ReadTokens(Path.Combine(folder, VocabularyFile));
        return new(tokens, ReadMerges(Path.Combine(folder, MergesFile), tokens));
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
                    $"{path} is damaged: '{token}' is no token of GPT-2's bytes, "
                    + $"as '{token.First(static c => !ByteLetters.IsLetter(c))}' stands for none");
        }

        return ByteLetters.InOrder.FirstOrDefault(letter => !ids.ContainsKey(letter.ToString())) is var missing and not default(char)
            ? throw new UserException($"{path} is damaged: it has no token for the byte '{missing}'")
            : tokens;
    }

    private static string[] ReadMerges(string path, IReadOnlyList<string> tokens)
    {
        var known = tokens.ToHashSet();
        List<string> merges = [];
        HashSet<string> seen = [];
        foreach (var (i, line) in Text(path).Split('\n').Index())
        {
            var merge = line.TrimEnd('\r');
            if (merge.Length == 0 || (i == 0 && merge.StartsWith('#')))
            {
                continue;
            }

            var isMerge = merge.Split(' ') is [var left, var right]
                && known.Contains(left) && known.Contains(right) && known.Contains(left + right);
            if (!seen.Add(merge))
            {
                throw new UserException($"{path}({i + 1}) is damaged: the merge '{merge}' stands twice");
            }

            merges.Add(isMerge
                ? merge
                : throw new UserException(
                    $"{path}({i + 1}) is damaged: '{merge}' is no merge, two tokens of {VocabularyFile} that together are a third"));
        }

        return [.. merges];
    }

    private static Dictionary<string, int> Parse(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, int>>(Text(path)) ?? throw new JsonException("it holds null");
        }
        catch (JsonException e)
        {
            throw new UserException(
                $"{path} is damaged, it must be a JSON object of tokens and their ids: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"{path} cannot be read: byte pairs are a folder with {VocabularyFile} and {MergesFile}");
        }
    }
}
