namespace SuParDsl.Lab.Data;

/// <summary>A folder as nanoGPT prepares it: <c>train.bin</c> and <c>val.bin</c> with 16-bit token ids.</summary>
internal static class BinCorpus
{
    /// <summary>
    /// Opens a folder. The vocabulary is the largest id + 1. The ids are taken for bytes of text when they are all below 256
    /// and no <c>meta.pkl</c> says that they stand for something else; otherwise samples are printed as ids.
    /// </summary>
    /// <exception cref="UserException">A file is missing, empty or damaged.</exception>
    public static Corpus Open(string folder)
    {
        var train = new BinTokens(Path.Combine(folder, "train.bin"));
        var validation = new BinTokens(Path.Combine(folder, "val.bin"));
        var count = Math.Max(train.MaxId(), validation.MaxId()) + 1;
        if (count == 0)
        {
            throw new UserException($"{folder} has no tokens: train.bin and val.bin are empty");
        }

        var areBytes = count <= 256 && !File.Exists(Path.Combine(folder, "meta.pkl"));
        Tokenizer tokenizer = areBytes ? new ByteTokenizer(count) : new IdTokenizer(count);
        var reading = areBytes ? "read as bytes of text" : "token ids, which samples print as numbers";
        return new($"{Path.GetFileName(Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar))} ({reading})", tokenizer, train, validation);
    }
}
