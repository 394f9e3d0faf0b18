using SuParDsl.Lab.Data.Documents;
using SuParDsl.Lab.Files;

namespace SuParDsl.Lab.Evaluations;

/// <summary>Reads the tasks that <c>--tasks</c> names.</summary>
internal static class TaskFile
{
    /// <summary>Reads a task: a file, or <c>layout:file</c>, or one of <see cref="OwnTasks"/>.</summary>
    /// <param name="name">What the command line names.</param>
    /// <param name="field">The field of JSON Lines, or the column of Parquet files, that holds texts.</param>
    /// <exception cref="UserException">There is no such file, or it holds something else; the message names the line.</exception>
    public static EvaluationTask Read(string name, string field)
    {
        var own = OwnTasks.Names.Contains(name) && !File.Exists(name);
        var task = own ? OwnTasks.Read(name) : ReadFile(name, field);
        return task.Questions.Count > 0 ? task : throw new UserException($"{name} has no questions: it is empty");
    }

    private static EvaluationTask ReadFile(string name, string field)
    {
        var (layout, path) = Asked(name);
        var title = Path.GetFileName(path).Split('.')[0];
        if (!File.Exists(path))
        {
            throw new UserException(Directory.Exists(path) ? FolderMessage(path) : $"--tasks {name}: there is no file {path}");
        }

        var file = DocumentFile.Of(path);
        if (layout?.Kind == TaskKind.LastWord && file.Kind == DocumentKind.Text)
        {
            var lines = TextFile.Read(path, "UTF-8 text", "name a file with a text on each line").Split('\n').Index()
                .Where(static line => !string.IsNullOrWhiteSpace(line.Item));
            return new(
                title, layout.Name, layout.Kind,
                [.. lines.Select(line => TaskLayout.LastWord(line.Item.TrimEnd(), $"{path}({line.Index + 1})"))]);
        }

        if (file.Kind != DocumentKind.JsonLines && layout is not null)
        {
            throw new UserException(
                $"{path} is {FileKind.Describe(path)}; it must be JSON Lines, to have the layout {layout.Name}");
        }

        layout ??= file.Kind == DocumentKind.JsonLines && !name.StartsWith(TaskLayout.Text + ":", StringComparison.Ordinal)
            ? Detected(file, field)
            : null;
        return layout is null
            ? new(
                title,
                TaskLayout.Text,
                TaskKind.Text,
                [.. file.Read(field).Select(Whole).Where(static text => text.Choices[0].Length > 0)])
            : new(title, layout.Name, layout.Kind, [.. file.ReadObjects((json, place) => layout.Read(new(json, place)).ToList())
                .SelectMany(static questions => questions)]);
    }

    // A file whose name contains a colon is taken as it is.
    private static (TaskLayout? Layout, string Path) Asked(string name)
    {
        var parts = name.Split(':', 2);
        return parts is [var asked, var path] && !File.Exists(name)
            ? asked == TaskLayout.Text ? (null, path) : (TaskLayout.All.FirstOrDefault(layout => layout.Name == asked)
                ?? throw new UserException(
                    $"--tasks {name}: there is no such file, and '{asked}' is none of the layouts {Layouts}"), path)
            : (null, name);
    }

    // All lines have the layout of the first.
    private static TaskLayout? Detected(DocumentFile file, string field)
    {
        var (layout, isText, place, fields) = file.ReadObjects((json, place) =>
        {
            var line = new TaskLine(json, place);
            return (TaskLayout.Of(line), line.Has(field), place, json.EnumerateObject()
                .Select(static part => part.Name)
                .ToList());
        }).FirstOrDefault();
        return layout is not null || isText || place is null ? layout : throw new UserException(
            $"{place} has the fields {string.Join(", ", fields)}, which are those of no layout: {Known}; "
            + $"texts have '{field}' (--field)");
    }

    private static Question Whole(Document document) => document.Text is { } text
        ? new(document.Place, string.Empty, [text], 0)
        : throw new UserException(
            $"{document.Place} holds token ids: the likelihood is measured of texts, which every model can encode");

    private static string FolderMessage(string path) =>
        $"--tasks {path} is a folder: "
        + $"name the files, as in --tasks {Path.Combine(path, "a.jsonl")},{Path.Combine(path, "b.jsonl")}";

    private static string Known => string.Join("; ", TaskLayout.All.Where(static layout => layout.Fields.Count > 0)
        .Select(static layout => $"{layout.Name} has {string.Join(", ", layout.Fields)}"));

    /// <summary>The names of all layouts.</summary>
    public static string Layouts =>
        string.Join(", ", TaskLayout.All.Select(static layout => layout.Name).Append(TaskLayout.Text));
}
