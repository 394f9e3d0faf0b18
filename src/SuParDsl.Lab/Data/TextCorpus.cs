using SuParDsl.Lab.Data.BytePairs;
using SuParDsl.Lab.Data.Documents;
using SuParDsl.Lab.Data.TokenFiles;
using SuParDsl.Lab.Files;

namespace SuParDsl.Lab.Data;

/// <summary>Creates a corpus of tokens from text.</summary>
internal static class TextCorpus
{
    // A .NET string holds at most 2 GB. In the worst case, a text takes twice its bytes as a string.
    private const long MaxBytes = 1L << 29;

    /// <summary>A corpus of a training text and a validation text.</summary>
    public static Corpus Of(
        string name, string train, string validation, TokenizerChoice? choice = null, Action<string, double>? progress = null)
    {
        var tokenizer = (choice ?? TokenizerChoice.Default).For(train, validation, progress);
        return new(
            name, tokenizer, Tokens(train, "encoding the training text"), Tokens(validation, "encoding the validation text"));

        ArrayTokens Tokens(string text, string what) => new(tokenizer is BytePairTokenizer pairs && progress is not null
            ? pairs.Encode(text, fraction => progress(what, fraction))
            : tokenizer.Encode(text));
    }

    /// <summary>
    /// A corpus of concatenated text files: the first nine tenths are the training text, the rest is the validation text.
    /// </summary>
    /// <param name="path">The path that the corpus is named after.</param>
    /// <param name="files">The files.</param>
    /// <param name="choice">The tokenizer options.</param>
    /// <param name="progress">Receives the progress of learning byte pairs and of encoding.</param>
    /// <exception cref="UserException">A file cannot be read, is too large or not text, or there is no text.</exception>
    public static Corpus Read(
        string path, IReadOnlyList<string> files, TokenizerChoice choice, Action<string, double>? progress = null)
    {
        choice.RequireForText();
        RequireRoom(path, files);
        var text = string.Concat(files.Select(
            static file => TextFile.Read(file, "UTF-8 text", "convert it, or give a folder with train.bin and val.bin")));
        if (text.Length == 0)
        {
            throw new UserException($"{path} is empty: it must be UTF-8 text");
        }

        var split = TextSplit.Of(text);
        return Of(
            Path.GetFileName(Path.GetFullPath(path).TrimEnd(Path.DirectorySeparatorChar)), text[..split], text[split..],
            choice, progress);
    }

    private static void RequireRoom(string path, IReadOnlyList<string> files)
    {
        var length = files.Sum(static file => new FileInfo(file).Length);
        if (length > MaxBytes)
        {
            throw new UserException(
                $"{path} has {length} bytes, but a text may have at most {MaxBytes}: "
                + "prepare a folder with train.bin and val.bin instead");
        }
    }
}
