namespace SuParDsl.Tool;

/// <summary>A text that the tool shows instead of running a command.</summary>
internal enum Shown
{
    /// <summary>The tool's help.</summary>
    Help,

    /// <summary>The tool's version.</summary>
    Version,
}

/// <summary>What a command line of the tool asks for.</summary>
/// <param name="Project">The project or its folder; null if the user named none.</param>
/// <param name="Configuration">The configuration to build.</param>
/// <param name="Build">Whether to build even if no source changed.</param>
/// <param name="Shows">The text to show instead of running a command; null for none.</param>
/// <param name="Arguments">The command of the lab with its options.</param>
internal sealed record ToolRequest(
    string? Project, string Configuration, bool Build, Shown? Shows, IReadOnlyList<string> Arguments)
{
    private const string Release = "Release";

    /// <summary>The words before a command that makes the same choices, as a shell takes them.</summary>
    public string Called =>
        "supar" + (Project is null ? "" : $" --project {Word(Project)}")
            + (Configuration == Release ? "" : $" --configuration {Word(Configuration)}");

    /// <summary>Reads a command line. Everything from the lab's command on is the lab's.</summary>
    /// <exception cref="ToolException">An option of the tool is unknown or lacks its value.</exception>
    public static ToolRequest Read(string[] args)
    {
        var request = new ToolRequest(null, Release, Build: false, null, []);
        for (var i = 0; i < args.Length; i++)
        {
            var (name, value) = args[i].StartsWith("--", StringComparison.Ordinal) && args[i].IndexOf('=') is > 0 and var end
                ? (args[i][..end], args[i][(end + 1)..])
                : (args[i], null);
            switch (name)
            {
                case "--project":
                    request = request with { Project = ValueOf(name, value, ref i) };
                    break;
                case "--configuration":
                    request = request with { Configuration = ValueOf(name, value, ref i) };
                    break;
                case "--build" or "--version" or "--help" when value is not null:
                    throw new ToolException($"{name} takes no value: see 'supar --help'");
                case "--build":
                    request = request with { Build = true };
                    break;
                case "--version":
                    return request with { Shows = Shown.Version };
                case "--help" or "-h" or "-?":
                    return request with { Shows = Shown.Help };
                case ['-', ..]:
                    throw new ToolException(
                        $"unknown option '{name}' before the command: supar's own options are --project, --configuration, "
                        + "--build, --version and --help, and a command's options follow the command");
                default: // A command, or a directive such as [suggest:5] of the lab's command line.
                    return request with { Arguments = args[i..] };
            }
        }

        return request;

        string ValueOf(string name, string? value, ref int i) =>
            (value ?? args.ElementAtOrDefault(++i)) is { Length: > 0 } given
                ? given
                : throw new ToolException($"{name} needs a value: see 'supar --help'");
    }

    private static string Word(string text) => text.All(static c => char.IsLetterOrDigit(c) || "/\\.,:_-+=@%^".Contains(c))
        ? text
        : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
