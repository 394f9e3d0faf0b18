using System.Text;

namespace SuParDsl.Lab.Data;

/// <summary>Text as a corpus of tokens.</summary>
internal static class TextCorpus
{
    // A string ends at 2 GB of memory, so a text at half of that in the worst case.
    private const long MaxBytes = 1L << 29;
    private const double TrainShare = 0.9;

    /// <summary>A corpus of two texts.</summary>
    public static Corpus Of(string name, string train, string validation, TokenizerChoice? choice = null)
    {
        var tokenizer = (choice ?? TokenizerChoice.Default).For(train, validation);
        return new(name, tokenizer, new ArrayTokens(tokenizer.Encode(train)), new ArrayTokens(tokenizer.Encode(validation)));
    }

    /// <summary>The text files of a folder and the folders in it, in the order of their names.</summary>
    public static IReadOnlyList<string> Files(string folder) =>
        [.. Directory.GetFiles(folder, "*.txt", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    /// <summary>UTF-8 text files, one after the other: the first nine tenths to train on, the rest to measure on.</summary>
    /// <param name="path">What to name the text after.</param>
    /// <param name="files">The files.</param>
    /// <param name="choice">How the text becomes tokens.</param>
    /// <exception cref="UserException">A file cannot be read, is too large or not UTF-8, or there is no text.</exception>
    public static Corpus Read(string path, IReadOnlyList<string> files, TokenizerChoice choice)
    {
        RequireRoom(path, files);
        var text = string.Concat(files.Select(ReadText));
        if (text.Length == 0)
        {
            throw new UserException($"{path} is empty: it must be UTF-8 text");
        }

        // In characters, so never between the two halves of one.
        var length = text.EnumerateRunes().Count();
        var split = text.EnumerateRunes().Take((int)(TrainShare * length)).Sum(static rune => rune.Utf16SequenceLength);
        return Of(Path.GetFileName(Path.GetFullPath(path).TrimEnd(Path.DirectorySeparatorChar)), text[..split], text[split..], choice);
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

    private static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        }
        catch (DecoderFallbackException e)
        {
            throw new UserException(
                $"{path} is not UTF-8 text: the byte {e.BytesUnknown?[0]:X2} cannot stand where it stands; "
                + "convert it, or give a folder with train.bin and val.bin");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"{path} cannot be read: {e.Message}");
        }
    }
}
