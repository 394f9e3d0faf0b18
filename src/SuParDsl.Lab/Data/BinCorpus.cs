using SuParDsl.Lab.Data.TokenFiles;
using SuParDsl.Lab.Data.Tokenizers;

namespace SuParDsl.Lab.Data;

/// <summary>
/// A folder as nanoGPT prepares it: <c>train.bin</c> and <c>val.bin</c> with token ids, or <c>train.npy</c> and
/// <c>val.npy</c>.
/// </summary>
internal static class BinCorpus
{
    private const string Train = "train", Validation = "val";

    private static readonly string[] Extensions = [".bin", ".npy"];

    /// <summary>Whether a folder has one of the files.</summary>
    public static bool IsIn(string folder) => new[] { Train, Validation }.Any(name => Find(folder, name).Length > 0);

    /// <summary>
    /// Opens a folder. Unless <c>--vocabulary</c> sets more, the vocabulary is the largest id + 1. The ids are treated as bytes
    /// of text if there are at most 256 of them and no <c>meta.pkl</c> gives them another meaning. Otherwise samples are printed
    /// as ids, unless <c>--tokenizer bpe:FOLDER</c> names the byte pairs of the ids.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="choice">The tokenizer options of the command line.</param>
    /// <param name="progress">Receives the progress of reading the ids.</param>
    /// <exception cref="UserException">A file is missing, empty, damaged or suspicious.</exception>
    public static Corpus Open(string folder, TokenizerChoice choice, Action<string, double>? progress = null)
    {
        var isPrepared = Prepared.IsIn(folder);
        if (choice.Kind != TokenizerKind.Default && (choice.Path is null || isPrepared))
        {
            throw new UserException(
                $"{folder} holds token ids, which --tokenizer cannot encode again: "
                + (isPrepared
                    ? "leave it out, as the folder has its tokenizer"
                    : "leave it out, or name the tokenizer of the ids with --tokenizer bpe:FOLDER or file:FILE"));
        }

        var files = OpenFiles(folder, choice.Ids.Type);
        try
        {
            var (tokenizer, reading) = isPrepared
                ? PreparedTokenizer(folder, files, choice)
                : Tokenizer(folder, files, choice, progress);
            files.ForEach(file => file.Vocabulary = tokenizer.Size);
            var name = Path.GetFileName(Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar));
            string[] notes = [.. files.Select(static file => file.Note).OfType<string>().Distinct(), reading];
            return new($"{name} ({string.Join(", ", notes)})", tokenizer, files[0], files[1]);
        }
        catch
        {
            files.ForEach(static file => file.Dispose());
            throw;
        }
    }

    // The ids were below the vocabulary when they were written, and each is checked again when it is read.
    private static (Tokenizer Tokenizer, string Reading) PreparedTokenizer(
        string folder, List<BinTokens> files, TokenizerChoice choice)
    {
        var prepared = Prepared.Read(folder);
        foreach (var (file, count) in files.Zip([prepared.TrainingTokens, prepared.ValidationTokens]))
        {
            if (file.Length != count)
            {
                throw new UserException(
                    $"{file.Path} has {file.Length} tokens, and prepared.json says {count}: "
                    + "one of them is damaged; prepare the data again");
            }
        }

        var tokenizer = prepared.ReadTokenizer(folder);
        if (choice.Existing is not { } existing)
        {
            return (choice.Ids.Vocabulary is { } asked ? OfSize(tokenizer, asked, folder) : tokenizer, "prepared");
        }

        var isLike = tokenizer.Size <= existing.Size
            && (existing is IdTokenizer || existing.IsLike(TokenizerFiles.Padded(tokenizer, existing.Size)));
        return isLike ? (existing, "prepared") : throw new UserException(
            $"{folder} was prepared with {tokenizer.Size} {tokenizer.Unit}s, which are not the {existing.Size} "
            + $"{existing.Unit}s of the weights of --from: prepare the data with the tokenizer of these weights");
    }

    private static Tokenizer OfSize(Tokenizer tokenizer, int asked, string folder)
    {
        var padded = tokenizer is IdTokenizer && asked >= tokenizer.Size
            ? new IdTokenizer(asked)
            : TokenizerFiles.Padded(tokenizer, asked);
        return padded.Size == asked ? padded : throw new UserException(
            $"--vocabulary is {asked}, but {folder} was prepared with {tokenizer.Size} {tokenizer.Unit}s: "
            + "leave it out, as the folder has its tokenizer");
    }

    private static (Tokenizer Tokenizer, string Reading) Tokenizer(
        string folder, List<BinTokens> files, TokenizerChoice choice, Action<string, double>? progress)
    {
        var work = $"reading the ids of {folder}";
        var survey = IdSurvey.Of(files, fraction => progress?.Invoke(work, fraction));
        if (survey.Largest < 0)
        {
            throw new UserException($"{folder} has no tokens: "
                + $"{string.Join(" and ", files.Select(static file => Path.GetFileName(file.Path)))} are empty");
        }

        if (choice.Ids.Type is null)
        {
            survey.RequireNoHeader();
        }

        if (choice.Existing is not null)
        {
            var existing = choice.ExistingFor(ofIds: true);
            survey.RequireBelow(existing.Size, $"the vocabulary of --from, {existing.Size} tokens");
            return (existing, "ids of the vocabulary of --from");
        }

        if (choice.Path is { } path)
        {
            var tokenizer = choice.For(string.Empty, string.Empty);
            survey.RequireBelow(tokenizer.Size,
                $"the {(choice.Kind == TokenizerKind.Bpe ? "byte pairs" : "tokenizer")} of {path}");
            return (tokenizer, choice.Kind == TokenizerKind.Bpe ? "byte pairs" : "tokens of a tokenizer's file");
        }

        if (choice.Ids.Vocabulary is { } vocabulary)
        {
            survey.RequireBelow(vocabulary, $"--vocabulary {vocabulary}");
        }
        else
        {
            survey.RequireNoneFarAway();
        }

        var count = choice.Ids.Vocabulary ?? (int)survey.Largest + 1;
        return count <= 256 && !File.Exists(Path.Combine(folder, "meta.pkl"))
            ? (new ByteTokenizer(count), "read as bytes of text")
            : (new IdTokenizer(count), "token ids, which samples print as numbers");
    }

    private static List<BinTokens> OpenFiles(string folder, TokenType? asked)
    {
        string[] paths = [FileOf(folder, Train), FileOf(folder, Validation)];
        TokenFormat[] formats = [.. paths.Select(path => TokenFormat.Of(path, asked))];
        var (train, validation) = (formats[0].Type, formats[1].Type);
        if (train is { } one && validation is { } other && !one.IsLike(other))
        {
            throw new UserException(
                $"{paths[0]} has {one.Words()} and {paths[1]} {other.Words()}: "
                + "write both with the same type, or name the type of both with --token-type");
        }

        var type = train ?? validation ?? TokenType.Uint16;
        List<BinTokens> files = [];
        try
        {
            foreach (var (path, format) in paths.Zip(formats))
            {
                files.Add(new(path, format, format.Type ?? type));
            }

            return files;
        }
        catch
        {
            files.ForEach(static file => file.Dispose());
            throw;
        }
    }

    private static string[] Find(string folder, string name) =>
        [.. Extensions.Select(extension => Path.Combine(folder, name + extension)).Where(File.Exists)];

    private static string FileOf(string folder, string name) => Find(folder, name) switch
    {
        [var path] => path,
        [] => throw new UserException(
            $"there is no {Path.Combine(folder, name)}.bin: a data folder needs train.bin and val.bin, "
            + $"or .txt files{Others(folder)}"),
        _ => throw new UserException($"{folder} has both {name}.bin and {name}.npy: remove one of them"),
    };

    // Recognize the names that other tools use, such as shakespeare_train.bin and fineweb_val_000000.bin.
    private static string Others(string folder)
    {
        const int Most = 4;
        string[] others = [.. Directory.EnumerateFiles(folder).Where(static file => Extensions.Contains(Path.GetExtension(file)))
            .Select(static file => Path.GetFileName(file)).Order(StringComparer.Ordinal).Take(Most)];
        return others.Length == 0 ? string.Empty : $"; it has {string.Join(", ", others)}: rename them";
    }
}
