using System.CommandLine;

namespace SuParDsl.Lab.Commands;

/// <summary>Options that several commands have.</summary>
internal static class CommonOptions
{
    /// <summary>The text.</summary>
    public static Option<string?> Data() => OptionFactory.Text(
        "--data", "a UTF-8 text file, or a folder with nanoGPT's train.bin and val.bin; without it the .NET SDK's own documentation", "path");
}
