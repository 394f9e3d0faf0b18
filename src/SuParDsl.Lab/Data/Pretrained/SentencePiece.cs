using Google.Protobuf;
using SuParDsl.Lab.Data.TokenFiles;

namespace SuParDsl.Lab.Data.Pretrained;

/// <summary>
/// Reads a SentencePiece model: BPE or Unigram, with or without byte fallback. Like <c>encode(text)</c>, it adds no special
/// tokens and finds none in the text.
/// </summary>
internal static class SentencePiece
{
    // sentencepiece_model.proto: the numbers of fields, and the kinds of pieces.
    private const int Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6;
    private const int UnigramModel = 1, BpeModel = 2;

    private sealed class Content
    {
        public List<(string Text, float Score, int Kind)> Pieces { get; } = [];

        public int Model { get; set; } = UnigramModel;

        public bool HasBytes { get; set; }

        public bool WritesBlanksAtTheEnd { get; set; }

        public int End { get; set; } = 2;

        public bool HasRules { get; set; }

        public bool AddsBlank { get; set; } = true;

        public bool RemovesSpaces { get; set; } = true;

        public bool WritesBlanks { get; set; } = true;
    }

    /// <summary>Reads a model.</summary>
    /// <exception cref="UserException">It is damaged, or has a part that is not supported.</exception>
    public static TokenizerModel Read(string path, byte[] bytes)
    {
        var content = new Content();
        try
        {
            var model = new CodedInputStream(bytes);
            Fields(model, (field, input) =>
            {
                switch (field)
                {
                    case 1: Message(input, Piece(content)); return true;
                    case 2: Message(input, Training(content)); return true;
                    case 3: Message(input, Normalizing(content)); return true;
                    default: return false;
                }
            });
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new UserException($"{path} is damaged, or not a SentencePiece model: {e.Message.Split('\n')[0]}");
        }

        return Model(path, content);
    }

    private static TokenizerModel Model(string path, Content content)
    {
        var pieces = content.Pieces;
        Require(path, content);
        var ids = new Dictionary<string, int>();
        foreach (var (id, piece) in pieces.Index())
        {
            if (piece.Text.Length == 0 || !ids.TryAdd(piece.Text, id))
            {
                throw new UserException($"{path} is damaged: its piece {id}, '{piece.Text}', is empty or occurs twice");
            }
        }

        var used = pieces.Index().Where(static piece => piece.Item.Kind == Normal).ToList();
        var unknown = pieces.FindIndex(static piece => piece.Kind == Unknown);
        var text = used.ToDictionary(static piece => piece.Item.Text, static piece => piece.Index);
        Func<string, int[]> encode;
        if (content.Model == BpeModel)
        {
            var all = new Dictionary<string, int>(text) { [pieces[unknown].Text] = unknown };
            foreach (var (piece, id) in ids.Where(piece => pieces[piece.Value].Kind == Byte))
            {
                all[piece] = id;
            }

            encode = new PieceEncoder(
                path, all, PieceMerges.Of(Ranked(used)), isFused: true, pieces[unknown].Text,
                content.HasBytes).Encode;
        }
        else
        {
            encode = new UnigramEncoder(
                used.ToDictionary(static piece => piece.Item.Text, static piece => (piece.Index, piece.Item.Score)), unknown,
                content.HasBytes ? PieceEncoder.ByteTokens(path, ids) : null).Encode;
        }

        var spaces = new PieceSpaces(content.WritesBlanks, content.AddsBlank ? BlankPrefix.Each : BlankPrefix.Never);
        var shown = ids.Where(piece => pieces[piece.Value].Kind != Control);
        return new(
            pieces.Count,
            content.End >= 0 && content.End < pieces.Count && pieces[content.End].Kind == Control ? content.End : null,
            given => Prepared(given, content) is { Length: > 0 } prepared ? encode(spaces.Apply(prepared, isFirst: true)) : [],
            PieceEncoder.Decoder(shown, pieces.Count, spaces.AddsBlank));
    }

    // The piece with the highest score is merged first. Of equal scores, the leftmost is, whichever piece it is.
    private static IEnumerable<(string Text, int Id, int Rank)> Ranked(
        IReadOnlyList<(int Index, (string Text, float Score, int Kind) Item)> pieces)
    {
        var ranks = pieces.Select(static piece => piece.Item.Score).Distinct().OrderDescending().Index()
            .ToDictionary(static score => score.Item, static score => score.Index);
        return pieces.Select(piece => (piece.Item.Text, piece.Index, ranks[piece.Item.Score]));
    }

    private static string Prepared(string text, Content content) => content.RemovesSpaces
        ? string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        : text;

    private static void Require(string path, Content content)
    {
        var unsupported = content.Pieces.Count == 0 || content.Pieces.Count > IdSurvey.MostTokens
            ? $"{content.Pieces.Count} pieces"
            : content.Pieces.Count(static piece => piece.Kind == Unknown) != 1 ? "no unknown piece, or several"
            : content.Model is not (UnigramModel or BpeModel)
                ? $"the model type {(content.Model == 3 ? "WORD" : content.Model == 4 ? "CHAR" : $"{content.Model}")}"
            : content.HasRules ? "normalization rules such as nmt_nfkc"
            : content.WritesBlanksAtTheEnd ? "treat_whitespace_as_suffix"
            : content.Pieces.Find(static piece => piece.Kind == UserDefined).Text is { } own
                ? $"user-defined pieces such as '{own}'"
            : content.Model == BpeModel && content.Pieces.Find(static piece => piece.Kind == Unused).Text is { } unused
                ? $"unused pieces such as '{unused}', which its merges would pass through"
            : content.Pieces.Find(static piece => piece.Kind is < Normal or > Byte).Text is { } odd
                ? $"a piece of an unknown kind, '{odd}'"
            : content.Pieces.Exists(static piece => !float.IsFinite(piece.Score)) ? "a score that is not a number"
            : content.Pieces.Exists(static piece => piece.Kind == Byte) != content.HasBytes
                ? "pieces of bytes without byte fallback, or the reverse"
            : null;
        if (unsupported is not null)
        {
            throw new UserException(
                $"{path} is a SentencePiece model with {unsupported}, which is not supported: supported are BPE and Unigram "
                    + "models with the normalization rule 'identity' and without user-defined pieces");
        }
    }

    private static Func<int, CodedInputStream, bool> Piece(Content content)
    {
        content.Pieces.Add((string.Empty, 0, Normal));
        var at = content.Pieces.Count - 1;
        return (field, input) =>
        {
            content.Pieces[at] = field switch
            {
                1 => content.Pieces[at] with { Text = input.ReadString() },
                2 => content.Pieces[at] with { Score = input.ReadFloat() },
                3 => content.Pieces[at] with { Kind = input.ReadEnum() },
                _ => content.Pieces[at],
            };
            return field is 1 or 2 or 3;
        };
    }

    private static Func<int, CodedInputStream, bool> Training(Content content) => (field, input) =>
    {
        switch (field)
        {
            case 3: content.Model = input.ReadEnum(); return true;
            case 24: content.WritesBlanksAtTheEnd = input.ReadBool(); return true;
            case 35: content.HasBytes = input.ReadBool(); return true;
            case 42: content.End = input.ReadInt32(); return true;
            default: return false;
        }
    };

    private static Func<int, CodedInputStream, bool> Normalizing(Content content) => (field, input) =>
    {
        switch (field)
        {
            case 2: content.HasRules = input.ReadBytes().Length > 0; return true;
            case 3: content.AddsBlank = input.ReadBool(); return true;
            case 4: content.RemovesSpaces = input.ReadBool(); return true;
            case 5: content.WritesBlanks = input.ReadBool(); return true;
            default: return false;
        }
    };

    private static void Message(CodedInputStream input, Func<int, CodedInputStream, bool> read) =>
        Fields(new CodedInputStream(input.ReadBytes().ToByteArray()), read);

    private static void Fields(CodedInputStream input, Func<int, CodedInputStream, bool> read)
    {
        for (var tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            if (!read(WireFormat.GetTagFieldNumber(tag), input))
            {
                input.SkipLastField();
            }
        }
    }
}
