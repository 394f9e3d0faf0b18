using SuParDsl.Checkpoints;
using SuParDsl.Lab.Data.TokenFiles;
using SuParDsl.Lab.Data.Tokenizers;
using SuParDsl.Lab.Files;

namespace SuParDsl.Lab.Data.Pretrained;

/// <summary>
/// A tokenizer from another program's file: Hugging Face's <c>tokenizer.json</c>, a SentencePiece model, or tiktoken's ranks. A
/// run keeps a copy of the file.
/// </summary>
internal sealed record FileTokenizer : Tokenizer
{
    private const string HuggingFaceFile = "tokenizer.json", SentencePieceFile = "tokenizer.model",
        RanksFile = "tokenizer.tiktoken";
    private const string PaddingFile = "tokenizer_padding.json";
    private const long MaxBytes = 1L << 28;

    private readonly string name;
    private readonly byte[] content;
    private readonly TokenizerModel model;

    private FileTokenizer(string name, byte[] content, TokenizerModel model)
    {
        (this.name, this.content, this.model, Size) = (name, content, model, model.Size);
        Start = model.EndOfText ?? 0;
    }

    private sealed record Padding(int Tokens);

    /// <inheritdoc/>
    public override int Size { get; }

    /// <inheritdoc/>
    public override string Unit => "token";

    /// <inheritdoc/>
    public override int Start { get; }

    /// <inheritdoc/>
    public override int? EndOfText => model.EndOfText;

    /// <summary>Whether the file is Hugging Face's <c>tokenizer.json</c>.</summary>
    public bool IsHuggingFace => name == HuggingFaceFile;

    /// <summary>Whether a folder has such a file.</summary>
    public static bool IsIn(string folder) => Find(folder) is not null;

    /// <summary>Reads a file, or the file of a folder. Its content says what it is.</summary>
    /// <exception cref="UserException">It is of another format, damaged, or has a part that is not supported.</exception>
    public static FileTokenizer Read(string path)
    {
        if (!Directory.Exists(path))
        {
            return ReadFile(path);
        }

        var tokenizer = ReadFile(Find(path) ?? throw new UserException(
            $"{path} has no {HuggingFaceFile}, {SentencePieceFile} or {RanksFile}: "
            + "name the file of the tokenizer (--tokenizer file:FILE)"));
        var padding = Path.Combine(path, PaddingFile);
        if (!File.Exists(padding))
        {
            return tokenizer;
        }

        var size = JsonFile.Read<Padding>(
            padding, RunJson.Options, "the number of tokens of a tokenizer", "remove it to have no padding").Tokens;
        return size > tokenizer.Size && size <= IdSurvey.MostTokens
            ? tokenizer.PaddedTo(size)
            : throw new UserException(
                $"{padding} says {size} tokens, and the tokenizer has {tokenizer.Size}: one of them is damaged");
    }

    /// <summary>The same tokens, padded to a number of tokens with ones that no text is encoded to.</summary>
    /// <param name="size">The number of tokens, which is not below <see cref="Size"/>.</param>
    public FileTokenizer PaddedTo(int size) => new(this, size);

    /// <summary>Writes a copy of the file to a folder.</summary>
    public void Write(string folder)
    {
        AtomicFile.Write(Path.Combine(folder, name), stream => stream.Write(content));
        if (Size > model.Size)
        {
            AtomicFile.WriteText(Path.Combine(folder, PaddingFile), RunJson.Text(new Padding(Size)));
        }
    }

    /// <inheritdoc/>
    public override bool IsLike(Tokenizer other) =>
        other is FileTokenizer file && Size == file.Size && content.AsSpan().SequenceEqual(file.content);

    /// <inheritdoc/>
    public override int[] Encode(string text) => model.Encode(text);

    /// <inheritdoc/>
    public override string Decode(IReadOnlyList<int> ids) => model.Decode([.. ids.Where(id => id < model.Size)]);

    private FileTokenizer(FileTokenizer same, int size) : base(same)
    {
        (name, content, model, Start) = (same.name, same.content, same.model, same.Start);
        Size = size;
    }

    private static FileTokenizer ReadFile(string file)
    {
        var bytes = Bytes(file);
        if (bytes.AsSpan().TrimStart(" \t\r\n"u8) is [(byte)'{', ..])
        {
            return new(HuggingFaceFile, bytes, TokenizerJson.Read(file, bytes));
        }

        return TiktokenRanks.AreIn(bytes)
            ? new(RanksFile, bytes, TiktokenRanks.Read(file, bytes))
            : FileKind.Named(bytes.AsSpan(0, Math.Min(bytes.Length, FileKind.StartBytes))) is null && bytes is [0x0A, ..]
                ? new(SentencePieceFile, bytes, SentencePiece.Read(file, bytes))
                : throw new UserException(
                    $"{file} is {FileKind.Describe(file)}; it must be a tokenizer: Hugging Face's tokenizer.json, "
                    + "a SentencePiece model, or tiktoken's ranks");
    }

    private static string? Find(string folder) =>
        new[] { HuggingFaceFile, SentencePieceFile, RanksFile }
            .Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private static byte[] Bytes(string file)
    {
        try
        {
            return new FileInfo(file).Length <= MaxBytes
                ? File.ReadAllBytes(file)
                : throw new UserException($"{file} has more than {MaxBytes} bytes, which no tokenizer has");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"--tokenizer file:{file} cannot be read: {e.Message}");
        }
    }
}
