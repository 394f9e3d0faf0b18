namespace SuParDsl.Lab.Files;

/// <summary>Recognises a folder by the one file that every folder of its kind has.</summary>
internal static class FolderKind
{
    private static readonly (string File, string Kind)[] Kinds =
    [
        ("check.json", "the folder of a check"),
        ("sweep.json", "the folder of a sweep"),
        ("config.json", "the folder of a run, or of another program's model"),
        ("trace.json", "a reference run"),
        ("manifest.json", "a checkpoint"),
        ("merges.txt", "a folder of byte pairs"),
        ("train.bin", "a folder of data"),
    ];

    /// <summary>What there is at a path, with an article, for a message: "a safetensors file", "the folder of a sweep".</summary>
    public static string Describe(string path) => !Directory.Exists(path)
        ? FileKind.Describe(path)
        : Array.Find(Kinds, kind => File.Exists(Path.Combine(path, kind.File))).Kind ?? "a folder without any known file";

    /// <summary>The rest of a message that says what a path is not: ", but is the folder of a check"; nothing where nothing is there.</summary>
    public static string But(string path) => Path.Exists(path) ? $", but is {Describe(path)}" : string.Empty;

    /// <summary>The error of a path that is something else than was asked for.</summary>
    /// <param name="path">The path.</param>
    /// <param name="expected">What it must be, and of which command.</param>
    /// <param name="advice">What to do.</param>
    public static UserException Wrong(string path, string expected, string advice) =>
        new($"{path} is {Describe(path)}; it must be {expected}: {advice}");
}
