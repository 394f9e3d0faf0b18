using SuParDsl.Lab.Data.BytePairs;
using SuParDsl.Lab.Data.TokenFiles;
using SuParDsl.Lab.Files;

namespace SuParDsl.Lab.Data;

/// <summary>Text as a corpus of tokens.</summary>
internal static class TextCorpus
{
    // A string ends at 2 GB of memory, so a text at half of that in the worst case.
    private const long MaxBytes = 1L << 29;
    private const double TrainShare = 0.9;

    /// <summary>A corpus of two texts.</summary>
    public static Corpus Of(
        string name, string train, string validation, TokenizerChoice? choice = null, Action<string, double>? progress = null)
    {
        var tokenizer = (choice ?? TokenizerChoice.Default).For(train, validation, progress);
        return new(name, tokenizer, Tokens(train, "encoding the training text"), Tokens(validation, "encoding the validation text"));

        ArrayTokens Tokens(string text, string what) => new(tokenizer is BytePairTokenizer pairs && progress is not null
            ? pairs.Encode(text, share => progress(what, share))
            : tokenizer.Encode(text));
    }

    /// <summary>The text files of a folder and the folders in it, in the order of their names.</summary>
    public static IReadOnlyList<string> Files(string folder) =>
        [.. Directory.GetFiles(folder, "*.txt", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    /// <summary>Text files, one after the other: the first nine tenths to train on, the rest to measure on.</summary>
    /// <param name="path">What to name the text after.</param>
    /// <param name="files">The files.</param>
    /// <param name="choice">How the text becomes tokens.</param>
    /// <param name="progress">Is told how far byte pairs are.</param>
    /// <exception cref="UserException">A file cannot be read, is too large or not text, or there is no text.</exception>
    public static Corpus Read(string path, IReadOnlyList<string> files, TokenizerChoice choice, Action<string, double>? progress = null)
    {
        choice.RequireForText();
        RequireRoom(path, files);
        var text = string.Concat(files.Select(static file => TextFile.Read(file, "UTF-8 text", "convert it, or give a folder with train.bin and val.bin")));
        if (text.Length == 0)
        {
            throw new UserException($"{path} is empty: it must be UTF-8 text");
        }

        // In characters, so never between the two halves of one.
        var length = text.EnumerateRunes().Count();
        var split = text.EnumerateRunes().Take((int)(TrainShare * length)).Sum(static rune => rune.Utf16SequenceLength);
        return Of(Path.GetFileName(Path.GetFullPath(path).TrimEnd(Path.DirectorySeparatorChar)), text[..split], text[split..], choice, progress);
    }

    private static void RequireRoom(string path, IReadOnlyList<string> files)
    {
        var length = files.Sum(static file => new FileInfo(file).Length);
        if (length > MaxBytes)
        {
            throw new UserException(
                $"{path} has {length} bytes, a text may have {MaxBytes}: prepare a folder with train.bin and val.bin instead");
        }
    }
}
