using SuParDsl.Lab.Data.BytePairs;

namespace SuParDsl.Lab.Data;

/// <summary>A folder as nanoGPT prepares it: <c>train.bin</c> and <c>val.bin</c> with 16-bit token ids.</summary>
internal static class BinCorpus
{
    private const string TrainFile = "train.bin", ValidationFile = "val.bin";

    /// <summary>Whether a folder has one of the files.</summary>
    public static bool IsIn(string folder) => new[] { TrainFile, ValidationFile }.Any(name => File.Exists(Path.Combine(folder, name)));

    /// <summary>
    /// Opens a folder. The vocabulary is the largest id + 1. The ids are taken for bytes of text when they are all below 256
    /// and no <c>meta.pkl</c> says that they stand for something else; otherwise samples are printed as ids, unless
    /// <c>--tokenizer bpe:FOLDER</c> says which byte pairs they are.
    /// </summary>
    /// <exception cref="UserException">A file is missing, empty or damaged.</exception>
    public static Corpus Open(string folder, TokenizerChoice choice)
    {
        var train = new BinTokens(Path.Combine(folder, TrainFile));
        var validation = new BinTokens(Path.Combine(folder, ValidationFile));
        var count = Math.Max(train.MaxId(), validation.MaxId()) + 1;
        if (count == 0)
        {
            throw new UserException($"{folder} has no tokens: train.bin and val.bin are empty");
        }

        var name = Path.GetFileName(Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar));
        if (choice is { Kind: TokenizerKind.Bpe, Path: { } path })
        {
            var pairs = BytePairFiles.Read(path);
            return count <= pairs.Size
                ? new($"{name} (byte pairs)", pairs, train, validation)
                : throw new UserException(
                    $"{folder} has the token {count - 1}, which the byte pairs of {path} have not: they are the ids 0 to {pairs.Size - 1}");
        }

        if (choice.Kind != TokenizerKind.Default)
        {
            throw new UserException(
                $"{folder} holds token ids, which no --tokenizer makes anew: "
                + "leave it out, or name the byte pairs that they are with --tokenizer bpe:FOLDER");
        }

        var areBytes = count <= 256 && !File.Exists(Path.Combine(folder, "meta.pkl"));
        Tokenizer tokenizer = areBytes ? new ByteTokenizer(count) : new IdTokenizer(count);
        var reading = areBytes ? "read as bytes of text" : "token ids, which samples print as numbers";
        return new($"{name} ({reading})", tokenizer, train, validation);
    }
}
