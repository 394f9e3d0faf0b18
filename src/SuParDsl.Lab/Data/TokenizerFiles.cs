using SuParDsl.Checkpoints;
using SuParDsl.Lab.Data.BytePairs;
using SuParDsl.Lab.Data.Pretrained;
using SuParDsl.Lab.Data.Tokenizers;
using SuParDsl.Lab.Files;

namespace SuParDsl.Lab.Data;

/// <summary>The tokenizer in the folder of a run or of prepared data.</summary>
internal static class TokenizerFiles
{
    private const string VocabularyFile = "vocabulary.json";

    /// <summary>Writes a tokenizer to a folder.</summary>
    public static void Write(string folder, Tokenizer tokenizer)
    {
        if (tokenizer is BytePairTokenizer pairs)
        {
            BytePairFiles.Write(folder, pairs);
            return;
        }

        if (tokenizer is FileTokenizer file)
        {
            file.Write(folder);
            return;
        }

        AtomicFile.WriteText(Path.Combine(folder, VocabularyFile), RunJson.Text(tokenizer));
    }

    /// <summary>A tokenizer with at least so many tokens, if it can be padded with ones that no text is encoded to.</summary>
    public static Tokenizer Padded(Tokenizer tokenizer, int size) => tokenizer switch
    {
        BytePairTokenizer pairs when pairs.Size < size => pairs.PaddedTo(size),
        FileTokenizer file when file.Size < size => file.PaddedTo(size),
        _ => tokenizer,
    };

    /// <summary>
    /// Reads a folder's tokenizer if it has files of its own; null if only <c>vocabulary.json</c> can say what it is.
    /// </summary>
    /// <exception cref="UserException">The files are damaged.</exception>
    public static Tokenizer? Find(string folder) => BytePairFiles.AreIn(folder) ? BytePairFiles.Read(folder)
        : FileTokenizer.IsIn(folder) ? FileTokenizer.Read(folder)
        : null;

    /// <summary>Reads the tokenizer of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="advice">What the user can do if there is none.</param>
    /// <exception cref="UserException">It is missing or damaged.</exception>
    public static Tokenizer Read(string folder, string advice) => Find(folder)
        ?? JsonFile.Read<Tokenizer>(
            Path.Combine(folder, VocabularyFile), RunJson.Options, "the vocabulary of a run or of prepared data", advice);
}
