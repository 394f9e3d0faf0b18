using Google.Protobuf;

namespace SuParDsl.Lab.Tests.Data;

/// <summary>Small SentencePiece models.</summary>
internal static class SentencePieceFiles
{
    public const int Unigram = 1, Bpe = 2;

    private const string Blank = "\u2581";

    /// <summary>
    /// A model with the pieces unknown, begin and end, then perhaps bytes, and then pieces in the order of their scores.
    /// </summary>
    public static byte[] Model(int type, bool hasBytes, bool addsBlank = true, string? own = null, byte[]? rules = null,
        string? unused = null, int tied = 1)
    {
        using var file = new MemoryStream();
        using (var model = new CodedOutputStream(file, leaveOpen: true))
        {
            Add(model, "<unk>", 0, 2);
            Add(model, "<s>", 0, 3);
            Add(model, "</s>", 0, 3);
            for (var value = 0; value < (hasBytes ? 256 : 0); value++)
            {
                Add(model, $"<0x{value:X2}>", 0, 6);
            }

            foreach (var (i, piece) in Pieces.Index())
            {
                Add(model, piece, type == Unigram ? -1 - (0.25f * i) : -(i / tied), 1);
            }

            if (own is not null)
            {
                Add(model, own, 0, 4);
            }

            if (unused is not null)
            {
                Add(model, unused, 0, 5);
            }

            Message(model, 2, part =>
            {
                part.WriteTag(3, WireFormat.WireType.Varint);
                part.WriteEnum(type);
                part.WriteTag(35, WireFormat.WireType.Varint);
                part.WriteBool(hasBytes);
            });
            Message(model, 3, part =>
            {
                part.WriteTag(1, WireFormat.WireType.LengthDelimited);
                part.WriteString("identity");
                if (rules is not null)
                {
                    part.WriteTag(2, WireFormat.WireType.LengthDelimited);
                    part.WriteBytes(ByteString.CopyFrom(rules));
                }

                part.WriteTag(3, WireFormat.WireType.Varint);
                part.WriteBool(addsBlank);
                part.WriteTag(4, WireFormat.WireType.Varint);
                part.WriteBool(false);
            });
        }

        return file.ToArray();
    }

    /// <summary>The pieces, the preferred ones first. Several can be made in more than one way.</summary>
    public static IReadOnlyList<string> Pieces { get; } =
    [
        "he", Blank + "t", "in", "er", Blank + "the", "abc", "ab", "bc", "ing", "ll", "llo", "hello", Blank + "hello", "re", "ca",
        "cat", Blank + "cat", "aa", "aaaa", Blank + Blank, "the", "o" + "r", "wor", "ld", Blank + "world", "éé",
        .. "abcdefghilnorstwé.".Select(static letter => letter.ToString()), Blank,
    ];

    private static void Add(CodedOutputStream model, string text, float score, int kind) => Message(model, 1, part =>
    {
        part.WriteTag(1, WireFormat.WireType.LengthDelimited);
        part.WriteString(text);
        part.WriteTag(2, WireFormat.WireType.Fixed32);
        part.WriteFloat(score);
        part.WriteTag(3, WireFormat.WireType.Varint);
        part.WriteEnum(kind);
    });

    private static void Message(CodedOutputStream into, int field, Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var part = new CodedOutputStream(bytes, leaveOpen: true))
        {
            write(part);
        }

        into.WriteTag(field, WireFormat.WireType.LengthDelimited);
        into.WriteBytes(ByteString.CopyFrom(bytes.ToArray()));
    }
}
