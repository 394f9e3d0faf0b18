using System.Text.Json;
using SuParDsl.Lab.Data.BytePairs;
using SuParDsl.Lab.Data.TokenFiles;

namespace SuParDsl.Lab.Data.Pretrained;

/// <summary>
/// Reads Hugging Face's <c>tokenizer.json</c>: byte-level pairs (GPT-2, Pythia, Llama 3, Qwen), and pairs of characters with byte
/// fallback (Llama 2, Mistral, Gemma). Every part that would change ids and is not known here is refused by its name. Like
/// <c>encode(text, add_special_tokens=False)</c>, it adds no special tokens, and it finds those in the text.
/// </summary>
internal static class TokenizerJson
{
    private static readonly string[] Ends = ["<|endoftext|>", "<|end_of_text|>", "</s>", "<eos>", "<|im_end|>"];

    /// <summary>Reads a file.</summary>
    /// <exception cref="UserException">It is damaged, or has a part that is not supported.</exception>
    public static TokenizerModel Read(string path, byte[] bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes.AsMemory());
            return Read(path, json.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new UserException($"{path} is damaged, or not a tokenizer.json: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static TokenizerModel Read(string path, JsonElement root)
    {
        var model = Part(root, "model") ?? throw new UserException($"{path} is not a tokenizer.json: it has no 'model'");
        // Files of older versions have no type; only BPE has merges.
        var type = Text(model, "type") ?? (Part(model, "merges") is null ? "without a type" : "BPE");
        if (type != "BPE")
        {
            throw Unsupported(path, $"the model {type}", "BPE");
        }

        foreach (var name in new[] { "continuing_subword_prefix", "end_of_word_suffix" })
        {
            if (Text(model, name) is { Length: > 0 } affix)
            {
                throw Unsupported(path, $"{name} '{affix}'", "none");
            }
        }

        if (Part(model, "dropout") is { } dropout && dropout.GetDouble() != 0)
        {
            throw Unsupported(path, $"dropout {dropout.GetRawText()}", "none");
        }

        var ids = Vocabulary(path, model);
        var special = Added(path, root, ids);
        var merges = Merges(path, model, ids);
        var steps = Steps(path, root);
        var end = Ends.FirstOrDefault(special.ContainsKey) is { } token ? special[token] : (int?)null;
        if (steps.IsByteLevel)
        {
            var splitter = new TextSplitter(path, steps.Expressions, steps.HasGpt2);
            var bytes = ByteLevel.Model(path, ids, merges, splitter, Flag(model, "ignore_merges"), special, isFound: true, end);
            return steps.Normalizer.Count == 0 ? bytes : bytes with { Encode = text => bytes.Encode(steps.Normalized(text)) };
        }

        if (!Flag(model, "byte_fallback"))
        {
            throw Unsupported(
                path, "pairs that are neither of bytes nor have byte fallback", "a ByteLevel pre-tokenizer, or byte_fallback");
        }

        var pieces = new PieceEncoder(path, ids, merges, Flag(model, "fuse_unk"), Text(model, "unk_token"));
        var found = new SpecialTokens(special);
        return new(
            ids.Values.Concat(special.Values).Max() + 1, end,
            text => found.Encode(text, (part, isFirst) => pieces.Encode(steps.Spaces.Apply(part, isFirst))),
            pieces.Decoder(special, steps.Spaces.AddsBlank));
    }

    private static JsonSteps Steps(string path, JsonElement root) =>
        JsonSteps.Read(path, Part(root, "normalizer"), Part(root, "pre_tokenizer"));

    private static Dictionary<string, int> Vocabulary(string path, JsonElement model)
    {
        var ids = new Dictionary<string, int>();
        var vocabulary = Part(model, "vocab") ?? throw new UserException($"{path} is damaged: its model has no 'vocab'");
        foreach (var token in vocabulary.EnumerateObject())
        {
            if (!token.Value.TryGetInt32(out var id) || id is < 0 or >= IdSurvey.MostTokens || !ids.TryAdd(token.Name, id))
            {
                throw new UserException(
                    $"{path} is damaged: the token '{token.Name}' has the id {token.Value.GetRawText()}, or occurs twice");
            }
        }

        return ids.Count > 0 && ids.Values.Distinct().Count() == ids.Count && ids.Values.Max() < 2 * ids.Count + 1024
            ? ids
            : throw new UserException($"{path} is damaged: its {ids.Count} tokens do not have different ids from 0 on");
    }

    private static Dictionary<string, int> Added(string path, JsonElement root, Dictionary<string, int> ids)
    {
        var added = new Dictionary<string, int>();
        if (Part(root, "added_tokens") is not { } list)
        {
            return added;
        }

        var most = ids.Count + list.GetArrayLength() + ids.Values.Max();
        foreach (var token in list.EnumerateArray())
        {
            var (text, id) = (token.GetProperty("content").GetString() ?? string.Empty, token.GetProperty("id").GetInt32());
            foreach (var name in new[] { "lstrip", "rstrip", "single_word" }.Where(name => Flag(token, name)))
            {
                throw Unsupported(path, $"{name} of the token '{text}'", "none");
            }

            if (text.Length == 0
                || id < 0
                || id > most
                || !added.TryAdd(text, id)
                || (ids.TryGetValue(text, out var other) && other != id))
            {
                throw new UserException($"{path} is damaged: the added token '{text}' has the id {id}, occurs twice or is empty");
            }
        }

        return added;
    }

    private static Dictionary<BytePair, (int Rank, int Merged)> Merges(
        string path, JsonElement model, Dictionary<string, int> ids)
    {
        var merges = new Dictionary<BytePair, (int, int)>();
        var list = Part(model, "merges") ?? throw new UserException($"{path} is damaged: its model has no 'merges'");
        foreach (var (rank, merge) in list.EnumerateArray().Index())
        {
            string[] parts = merge.ValueKind == JsonValueKind.String
                ? merge.GetString()!.Split(' ')
                : [.. merge.EnumerateArray().Select(static part => part.GetString() ?? string.Empty)];
            if (parts is not [var left, var right]
                || !ids.TryGetValue(left, out var first)
                || !ids.TryGetValue(right, out var second)
                || !ids.TryGetValue(left + right, out var merged))
            {
                throw new UserException($"{path} is damaged: merge {rank} is {merge.GetRawText()}, and its two parts and their "
                    + "concatenation must be tokens of the vocabulary");
            }

            merges.TryAdd(new(first, second), (rank, merged));
        }

        return merges;
    }

    /// <summary>A member that is there and not null.</summary>
    internal static JsonElement? Part(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var part) && part.ValueKind != JsonValueKind.Null
            ? part
            : null;

    /// <summary>A text; null if it is missing.</summary>
    internal static string? Text(JsonElement json, string name) => Part(json, name)?.GetString();

    /// <summary>A boolean; false if it is missing.</summary>
    internal static bool Flag(JsonElement json, string name) => Part(json, name)?.GetBoolean() ?? false;

    /// <summary>The error for a part that is not supported.</summary>
    internal static UserException Unsupported(string path, string part, string supported) =>
        new($"{path} has {part}, which is not supported, and would give other ids if it were left out: supported is {supported}");
}
