namespace SuParDsl.Lab.Files;

/// <summary>Recognizes a folder by the one file that every folder of its kind contains.</summary>
internal static class FolderKind
{
    private static readonly (string File, string Kind)[] Kinds =
    [
        ("check.json", "the folder of a check"),
        ("sweep.json", "the folder of a sweep"),
        ("bench.json", "the folder of a benchmark"),
        ("config.json", "the folder of a run, or of another program's model"),
        ("trace.json", "a reference run"),
        ("manifest.json", "a checkpoint"),
        ("merges.txt", "a folder of byte pairs"),
        ("train.bin", "a folder of data"),
        ("prepared.json", "a folder of prepared data"),
    ];

    /// <summary>The name of a folder, however its path is written.</summary>
    public static string NameOf(string folder) =>
        Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));

    /// <summary>Describes a path for a message, with an article: "a safetensors file", "the folder of a sweep".</summary>
    public static string Describe(string path) => !Directory.Exists(path)
        ? FileKind.Describe(path)
        : Array.Find(Kinds, kind => File.Exists(Path.Combine(path, kind.File))).Kind ?? "a folder without any known file";

    /// <summary>
    /// Returns the end of a message that says what a path is not: ", but is the folder of a check". It is empty if the path does
    /// not exist.
    /// </summary>
    public static string But(string path) => Path.Exists(path) ? $", but is {Describe(path)}" : string.Empty;

    /// <summary>Creates the error for a path of the wrong kind.</summary>
    /// <param name="path">The path.</param>
    /// <param name="expected">What the path must be, with an article.</param>
    /// <param name="advice">What the user can do.</param>
    public static UserException Wrong(string path, string expected, string advice) =>
        new($"{path} is {Describe(path)}; it must be {expected}: {advice}");
}
