using System.Text.RegularExpressions;

namespace SuParDsl.Lab.Data.Documents;

/// <summary>The part of the data that a document belongs to.</summary>
internal enum DataSplit
{
    Training,
    Validation,
}

/// <summary>
/// The documents of some files, each in the training or the validation part. They are read from the files whenever they are
/// enumerated, so that they may be larger than memory.
/// </summary>
/// <param name="Name">A description of the files for messages.</param>
/// <param name="Pool">Files whose documents are divided between the two parts.</param>
/// <param name="Training">Files for training only.</param>
/// <param name="Validation">Files for validation only.</param>
internal sealed partial record DocumentSet(
    string Name, IReadOnlyList<DocumentFile> Pool, IReadOnlyList<DocumentFile> Training, IReadOnlyList<DocumentFile> Validation)
{
    /// <summary>Of so many rows, one is for validation. With fewer rows, each row is cut.</summary>
    public const int Rows = 10;

    private static readonly string[] Extensions =
    [
        ".txt", ".jsonl", ".ndjson", ".parquet", ".jsonl.gz", ".json.gz", ".ndjson.gz",
    ];

    /// <summary>Finds the files that a path names: a file, a folder or a pattern.</summary>
    /// <exception cref="UserException">There are none, or they are of different kinds.</exception>
    public static DocumentSet Of(string path)
    {
        var name = Path.GetFileName(Path.GetFullPath(path).TrimEnd(Path.DirectorySeparatorChar));
        if (File.Exists(path))
        {
            return new(name, [DocumentFile.Of(path)], [], []);
        }

        var paths = Directory.Exists(path) ? [.. InFolder(path).Order(StringComparer.Ordinal)]
            : FilePattern.Is(path) ? FilePattern.Files(path) : [];
        if (paths.Count == 0)
        {
            throw new UserException(
                (FilePattern.Is(path) ? $"no file matches --data {path}" : Directory.Exists(path)
                    ? $"{path} has none of the files that --data reads" : $"--data {path} does not exist")
                + ": it must be UTF-8 text, JSON Lines or Parquet files, or a folder with train.bin and val.bin");
        }

        DocumentFile[] files = [.. paths.Select(DocumentFile.Of)];
        if (Array.Find(files, file => file.Kind != files[0].Kind) is { } other)
        {
            throw new UserException($"{path} has files of several kinds, such as {files[0].Path} "
                + $"({Words(files[0].Kind)}) and {other.Path} "
                + $"({Words(other.Kind)}): "
                + $"name those to train on with a pattern such as \"{System.IO.Path.Combine(path, "*.jsonl")}\"");
        }

        DocumentFile[] training = [.. files.Where(static file => TrainingName().IsMatch(Path.GetFileName(file.Path)))];
        DocumentFile[] validation = [.. files.Where(static file => ValidationName().IsMatch(Path.GetFileName(file.Path)))];
        return training.Length > 0 && validation.Length > 0 ? new(name, [], training, validation) : new(name, files, [], []);
    }

    /// <summary>The files of a folder and its subfolders that may hold documents, without hidden ones.</summary>
    public static IEnumerable<string> InFolder(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => Array.Exists(Extensions, end => file.EndsWith(end, StringComparison.OrdinalIgnoreCase))
                && !Path.GetRelativePath(folder, file)
                    .Split(Path.DirectorySeparatorChar)
                    .Any(static name => name.StartsWith('.')));

    /// <summary>What a kind of files is called in messages.</summary>
    public static string Words(DocumentKind kind) => kind switch
    {
        DocumentKind.JsonLines => "JSON Lines",
        DocumentKind.Parquet => "Parquet",
        _ => "text",
    };

    /// <summary>
    /// Reads the documents. Of every ten rows, the last is for validation. A whole file, and each of less than ten rows, is cut:
    /// nine tenths are for training.
    /// </summary>
    /// <param name="field">The field of JSON Lines, or the column of Parquet.</param>
    /// <param name="progress">Receives the fraction that has been read.</param>
    public IEnumerable<(Document Document, DataSplit Split)> Read(string field, Action<double>? progress = null)
    {
        var (all, done) = (Math.Max(1, Pool.Concat(Training).Concat(Validation).Sum(static file => file.Length)), 0L);
        foreach (var (files, split) in new[] { (Training, DataSplit.Training), (Validation, DataSplit.Validation) })
        {
            foreach (var document in files.SelectMany(Documents))
            {
                yield return (document, split);
            }
        }

        List<Document> first = [];
        long row = 0;
        foreach (var document in Pool.SelectMany(Documents))
        {
            if (document.IsWholeFile)
            {
                foreach (var part in Cut(document))
                {
                    yield return part;
                }

                continue;
            }

            first.Add(document);
            row++;
            if (row >= Rows)
            {
                foreach (var (i, held) in first.Index())
                {
                    yield return (held, (row - first.Count + i) % Rows == Rows - 1 ? DataSplit.Validation : DataSplit.Training);
                }

                first.Clear();
            }
        }

        foreach (var part in first.SelectMany(Cut))
        {
            yield return part;
        }

        IEnumerable<Document> Documents(DocumentFile file)
        {
            foreach (var document in file.Read(field))
            {
                progress?.Invoke(Math.Min(1, (done + (document.Read * file.Length)) / all));
                yield return document;
            }

            done += file.Length;
        }
    }

    private static IEnumerable<(Document, DataSplit)> Cut(Document document)
    {
        if (document.Ids is { } ids)
        {
            var at = (int)(ids.Length * 9L / 10);
            return [
                (document with { Ids = ids[..at] }, DataSplit.Training),
                (document with { Ids = ids[at..] }, DataSplit.Validation),
            ];
        }

        var text = document.Text!;
        var split = TextSplit.Of(text);
        return
        [
            (document with { Text = text[..split] }, DataSplit.Training),
            (document with { Text = text[split..] }, DataSplit.Validation),
        ];
    }

    [GeneratedRegex(@"^(.*[-_.])?train(ing)?([-_.].*)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex TrainingName();

    [GeneratedRegex(@"^(.*[-_.])?(val|valid|validation|dev)([-_.].*)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ValidationName();
}
