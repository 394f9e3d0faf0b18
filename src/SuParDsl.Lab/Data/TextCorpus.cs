using System.Text;

namespace SuParDsl.Lab.Data;

/// <summary>Text as a corpus of characters.</summary>
internal static class TextCorpus
{
    // A string ends at 2 GB of memory, so a text at half of that in the worst case.
    private const long MaxBytes = 1L << 29;
    private const double TrainShare = 0.9;

    /// <summary>A corpus of two texts.</summary>
    public static Corpus Of(string name, string train, string validation)
    {
        var tokenizer = CharacterTokenizer.Of(train, validation);
        return new(name, tokenizer, new ArrayTokens(tokenizer.Encode(train)), new ArrayTokens(tokenizer.Encode(validation)));
    }

    /// <summary>A UTF-8 text file: its first nine tenths to train on, the rest to measure on.</summary>
    /// <exception cref="UserException">The file cannot be read, is empty, too large or not UTF-8.</exception>
    public static Corpus Read(string path)
    {
        var text = ReadText(path);
        if (text.Length == 0)
        {
            throw new UserException($"{path} is empty: it must be UTF-8 text");
        }

        var tokenizer = CharacterTokenizer.Of(text);
        var ids = tokenizer.Encode(text);
        var split = (int)(TrainShare * ids.Length);
        return new(Path.GetFileName(path), tokenizer, new ArrayTokens(ids[..split]), new ArrayTokens(ids[split..]));
    }

    private static string ReadText(string path)
    {
        try
        {
            var length = new FileInfo(path).Length;
            return length <= MaxBytes
                ? File.ReadAllText(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true))
                : throw new UserException($"{path} has {length} bytes, a text may have {MaxBytes}: prepare a folder with train.bin and val.bin instead");
        }
        catch (DecoderFallbackException e)
        {
            throw new UserException($"{path} is not UTF-8 text: the byte {e.BytesUnknown?[0]:X2} cannot stand where it stands; convert it, or give a folder with train.bin and val.bin");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"{path} cannot be read: {e.Message}");
        }
    }
}
