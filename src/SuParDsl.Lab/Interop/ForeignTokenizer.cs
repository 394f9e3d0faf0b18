using System.Text.Json;
using SuParDsl.Checkpoints;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Data.BytePairs;
using SuParDsl.Lab.Data.Pretrained;
using SuParDsl.Lab.Data.Tokenizers;
using SuParDsl.Lab.Files;

namespace SuParDsl.Lab.Interop;

/// <summary>The tokenizer beside another program's weights.</summary>
/// <param name="Tokenizer">The tokenizer.</param>
/// <param name="Refusal">Why the folder's own tokenizer is not read, so that tokens are their ids; null if it is read.</param>
internal sealed record ForeignTokenizer(Tokenizer Tokenizer, string? Refusal = null)
{
    private const string Description = "tokenizer.json", Vocabulary = "vocabulary.json", Settings = "tokenizer_config.json";

    /// <summary>
    /// Reads GPT-2's byte pairs, a tokenizer that <c>--tokenizer file:FILE</c> reads, or a vocabulary that <c>export</c> has
    /// written. For any other tokenizer, the tokens are their ids.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="size">The number of tokens of the model.</param>
    /// <exception cref="UserException">A file is damaged, or has more tokens than the model.</exception>
    public static ForeignTokenizer Read(string folder, int size)
    {
        var tokenizer = ReadOrNull(folder, out var refusal);
        return tokenizer switch
        {
            null => new(new IdTokenizer(size), refusal ?? $"{folder} has none"),
            _ when tokenizer.Size > size => throw new UserException(
                $"the vocabulary in {folder} has {tokenizer.Size} tokens, but its model only {size}: "
                + "its files belong to different models"),
            _ when TokenizerFiles.Padded(tokenizer, size) is var padded && padded.Size == size => new(padded),
            _ => throw new UserException($"{Path.Combine(folder, Vocabulary)} has {tokenizer.Size} tokens, but the model {size}"),
        };
    }

    /// <summary>Writes a tokenizer beside exported weights.</summary>
    public static void Write(string folder, Tokenizer tokenizer)
    {
        TokenizerFiles.Write(folder, tokenizer);
        object? settings = tokenizer switch
        {
            BytePairTokenizer pairs => new
            {
                tokenizer_class = "GPT2Tokenizer", add_prefix_space = false, unk_token = pairs.Tokens[pairs.Start],
            },
            FileTokenizer { IsHuggingFace: true } => new { tokenizer_class = "PreTrainedTokenizerFast" },
            _ => null,
        };
        if (settings is not null)
        {
            AtomicFile.WriteText(Path.Combine(folder, Settings), JsonSerializer.Serialize(settings) + "\n");
        }
    }

    private static Tokenizer? ReadOrNull(string folder, out string? refusal)
    {
        refusal = null;
        if (BytePairFiles.AreIn(folder) && IsLikeGpt2(Path.Combine(folder, Description)))
        {
            return BytePairFiles.Read(folder);
        }

        if (FileTokenizer.IsIn(folder))
        {
            try
            {
                return FileTokenizer.Read(folder);
            }
            catch (UserException e)
            {
                refusal = e.Message; // the weights are as good without it
                return null;
            }
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
