using System.Text.Json.Nodes;
using SuParDsl.Lab.Data.BytePairs;

namespace SuParDsl.Lab.Tests.Data;

/// <summary>Small tokenizer.json files.</summary>
internal static class TokenizerJsonFiles
{
    /// <summary>Byte-level pairs: the bytes have the ids 0 to 255 in GPT-2's order, the merges those from 256 on.</summary>
    public static JsonObject ByteLevel(params string[] merges)
    {
        string[] tokens = [.. ByteLetters.InOrder.Select(static letter => letter.ToString()), .. merges.Select(
            static merge => merge.Replace(" ", string.Empty, StringComparison.Ordinal))];
        return new()
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray(Token("<|endoftext|>", tokens.Length)),
            ["normalizer"] = null,
            ["pre_tokenizer"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["use_regex"] = true },
            ["model"] = new JsonObject
            {
                ["type"] = "BPE", ["dropout"] = null, ["unk_token"] = null, ["ignore_merges"] = false,
                ["vocab"] = new JsonObject(
                    tokens.Index().Select(static token => KeyValuePair.Create(token.Item, (JsonNode?)token.Index))),
                ["merges"] = new JsonArray([.. merges.Select(static merge => (JsonNode)merge)]),
            },
        };
    }

    /// <summary>Pairs of characters with byte fallback, as Llama 2 has them: the same as the SentencePiece model.</summary>
    public static JsonObject Characters()
    {
        string[] tokens =
        [
            "<unk>", "<s>", "</s>", .. Enumerable.Range(0, 256).Select(static value => $"<0x{value:X2}>"),
            .. SentencePieceFiles.Pieces,
        ];
        var known = SentencePieceFiles.Pieces.ToHashSet();
        var merges = SentencePieceFiles.Pieces.SelectMany(piece => Enumerable.Range(1, piece.Length - 1)
            .Where(at => known.Contains(piece[..at]) && known.Contains(piece[at..]))
            .Select(at => new JsonArray(piece[..at], piece[at..])));
        return new()
        {
            ["added_tokens"] = new JsonArray(Token("<unk>", 0), Token("<s>", 1), Token("</s>", 2)),
            ["normalizer"] = new JsonObject
            {
                ["type"] = "Sequence",
                ["normalizers"] = new JsonArray(
                    new JsonObject { ["type"] = "Prepend", ["prepend"] = "\u2581" },
                    new JsonObject
                    {
                        ["type"] = "Replace",
                        ["pattern"] = new JsonObject { ["String"] = " " },
                        ["content"] = "\u2581",
                    }),
            },
            ["pre_tokenizer"] = null,
            ["model"] = new JsonObject
            {
                ["type"] = "BPE", ["unk_token"] = "<unk>", ["fuse_unk"] = true, ["byte_fallback"] = true,
                ["vocab"] = new JsonObject(
                    tokens.Index().Select(static token => KeyValuePair.Create(token.Item, (JsonNode?)token.Index))),
                ["merges"] = new JsonArray([.. merges]),
            },
        };
    }

    private static JsonObject Token(string text, int id) => new()
    {
        ["id"] = id, ["content"] = text, ["single_word"] = false, ["lstrip"] = false, ["rstrip"] = false, ["normalized"] = false,
        ["special"] = true,
    };
}
