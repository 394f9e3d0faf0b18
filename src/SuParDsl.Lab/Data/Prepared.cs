using SuParDsl.Checkpoints;
using SuParDsl.Lab.Data.Documents;
using SuParDsl.Lab.Data.TokenFiles;
using SuParDsl.Lab.Data.Tokenizers;
using SuParDsl.Lab.Files;

namespace SuParDsl.Lab.Data;

/// <summary>
/// What the command <c>prepare</c> says of a folder, beside <c>train.npy</c>, <c>val.npy</c> and the files of the tokenizer. It
/// is written last.
/// </summary>
/// <param name="Source">The value of <c>--data</c>.</param>
/// <param name="Documents">The number of documents.</param>
/// <param name="TrainingTokens">The number of tokens in <c>train.npy</c>.</param>
/// <param name="ValidationTokens">The number of tokens in <c>val.npy</c>.</param>
/// <param name="Vocabulary">The number of different tokens of the tokenizer.</param>
/// <param name="EndOfText">The token after every document; null if there is none.</param>
internal sealed record Prepared(
    string Source, long Documents, long TrainingTokens, long ValidationTokens, int Vocabulary, int? EndOfText)
{
    private const string DescriptionFile = "prepared.json", TrainFile = "train.npy", ValidationFile = "val.npy";

    /// <summary>Whether a folder was written by <c>prepare</c>.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, DescriptionFile));

    /// <summary>Reads the description of a folder.</summary>
    /// <exception cref="UserException">It is damaged.</exception>
    public static Prepared Read(string folder)
    {
        var path = Path.Combine(folder, DescriptionFile);
        var read = JsonFile.Read<Prepared>(path, RunJson.Options, "the description of prepared data", "prepare the data again");
        return read is { TrainingTokens: >= 0, ValidationTokens: >= 0, Documents: >= 0, Vocabulary: >= 1
            and <= IdSurvey.MostTokens }
            ? read
            : throw new UserException($"{path} is damaged: a number is out of range; prepare the data again");
    }

    /// <summary>The tokenizer of a folder.</summary>
    /// <exception cref="UserException">It is damaged, or has another number of tokens than the folder says.</exception>
    public Tokenizer ReadTokenizer(string folder) => TokenizerFiles.Read(folder, "prepare the data again") is var tokenizer
        && tokenizer.Size == Vocabulary
            ? tokenizer
            : throw new UserException(
                $"{Path.Combine(folder, DescriptionFile)} says {Vocabulary} tokens, "
                + $"and the tokenizer in its folder has {tokenizer.Size}: one of them is damaged; prepare the data again");

    /// <summary>
    /// Encodes documents into a new folder, which appears complete or not at all. The documents are read one after another, so
    /// that they may be larger than memory.
    /// </summary>
    /// <param name="folder">The folder to create.</param>
    /// <param name="source">The value of <c>--data</c>.</param>
    /// <param name="choice">The data options of the command line.</param>
    /// <param name="progress">Receives the name of a long operation and the fraction of it that is done.</param>
    /// <exception cref="UserException">A document cannot be read or encoded.</exception>
    public static Prepared Write(string folder, string source, TokenizerChoice choice, Action<string, double>? progress)
    {
        var set = Set(source);
        var tokenizer = DocumentCorpus.Tokenizer([set], choice, progress);
        Prepared? written = null;
        AtomicFolder.Write(folder, temporary =>
        {
            using NumpyWriter training = new(Path.Combine(temporary, TrainFile), tokenizer.Size);
            using NumpyWriter validation = new(Path.Combine(temporary, ValidationFile), tokenizer.Size);
            var documents = DocumentCorpus.Pack(set, tokenizer, choice.Field, training.Add, validation.Add, progress);
            training.Complete();
            validation.Complete();
            TokenizerFiles.Write(temporary, tokenizer);
            written = new(source, documents, training.Count, validation.Count, tokenizer.Size, tokenizer.EndOfText);
            AtomicFile.WriteText(Path.Combine(temporary, DescriptionFile), RunJson.Text(written));
        });
        return written!;
    }

    private static DocumentSet Set(string source)
    {
        var parts = DataPart.Parse(source);
        if (parts.Count > 1 || parts[0].Weight is not null)
        {
            throw new UserException(
                $"--data {source} names several data sets: prepare each by itself, and mix the folders in training "
                    + "(--data a:0.7,b:0.3)");
        }

        return Directory.Exists(source) && BinCorpus.IsIn(source)
            ? throw new UserException($"{source} holds token files already: give it to train with --data")
            : DocumentSet.Of(source);
    }
}
