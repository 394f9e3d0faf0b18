using System.Text.Json;
using SuParDsl.Checkpoints;
using SuParDsl.Lab.Data.BytePairs;
using SuParDsl.Lab.Data.Tokenizers;
using SuParDsl.Lab.Files;

namespace SuParDsl.Lab.Interop;

/// <summary>The tokenizer beside another program's weights.</summary>
internal static class ForeignTokenizer
{
    private const string Description = "tokenizer.json", Vocabulary = "vocabulary.json", Settings = "tokenizer_config.json";

    /// <summary>
    /// Reads GPT-2's byte pairs, or a vocabulary that <c>export</c> has written. For any other tokenizer, the tokens are their
    /// ids.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="size">The number of tokens of the model.</param>
    /// <exception cref="UserException">A file is damaged, or has more tokens than the model.</exception>
    public static Tokenizer Read(string folder, int size)
    {
        var tokenizer = ReadOrNull(folder);
        return tokenizer switch
        {
            null => new IdTokenizer(size),
            _ when tokenizer.Size > size => throw new UserException(
                $"the vocabulary in {folder} has {tokenizer.Size} tokens, but its model only {size}: "
                + "its files belong to different models"),
            BytePairTokenizer pairs => pairs.PaddedTo(size),
            _ when tokenizer.Size == size => tokenizer,
            _ => throw new UserException($"{Path.Combine(folder, Vocabulary)} has {tokenizer.Size} tokens, but the model {size}"),
        };
    }

    /// <summary>Writes a tokenizer beside exported weights.</summary>
    public static void Write(string folder, Tokenizer tokenizer)
    {
        if (tokenizer is not BytePairTokenizer pairs)
        {
            AtomicFile.WriteText(Path.Combine(folder, Vocabulary), RunJson.Text(tokenizer));
            return;
        }

        BytePairFiles.Write(folder, pairs);
        AtomicFile.WriteText(
            Path.Combine(folder, Settings),
            JsonSerializer.Serialize(new { tokenizer_class = "GPT2Tokenizer", add_prefix_space = false, unk_token =
                pairs.Tokens[pairs.Start] }) + "\n");
    }

    private static Tokenizer? ReadOrNull(string folder)
    {
        if (BytePairFiles.AreIn(folder) && IsLikeGpt2(Path.Combine(folder, Description)))
        {
            return BytePairFiles.Read(folder);
        }

        var path = Path.Combine(folder, Vocabulary);
        return File.Exists(path)
            ? JsonFile.Read<Tokenizer>(path, RunJson.Options, "the vocabulary of a run",
                "name a folder that `export` has written")
            : null;
    }

    // The same two files serve tokenizers that split text in other ways before they merge. tokenizer.json says which way it is.
    private static bool IsLikeGpt2(string path)
    {
        if (!File.Exists(path))
        {
            return true;
        }

        var json = ForeignConfig.Json(path, "the description of a tokenizer");
        return json.TryGetProperty("pre_tokenizer", out var splitter) && splitter.ValueKind == JsonValueKind.Object
            && splitter.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
                && type.GetString() == "ByteLevel"
            && !(splitter.TryGetProperty("add_prefix_space", out var prefix) && prefix.ValueKind == JsonValueKind.True);
    }
}
