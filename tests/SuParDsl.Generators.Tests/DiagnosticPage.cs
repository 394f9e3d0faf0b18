using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace SuParDsl.Generators.Tests;

/// <summary>
/// The page of one diagnostic under docs/diagnostics. Everything but its reason and its examples is written from the code.
/// </summary>
/// <param name="Why">The reason, in a sentence or two.</param>
/// <param name="Bad">A file with the mistake.</param>
/// <param name="Good">The file without it.</param>
internal sealed partial record DiagnosticPage(string Why, string Bad, string Good)
{
    public static string Folder => RepositoryRoot.File("docs/diagnostics");

    public static string PathOf(string id) => Path.Combine(Folder, id + ".md");

    /// <summary>A page as it is on disk; null if it does not have the form of a page.</summary>
    public static DiagnosticPage? Read(string id)
    {
        var match = File.Exists(PathOf(id)) ? Form().Match(File.ReadAllText(PathOf(id))) : Match.Empty;
        return match.Success
            ? new(match.Groups["why"].Value, match.Groups["bad"].Value, match.Groups["good"].Value)
            : null;
    }

    /// <summary>The line that a compiler prints for the diagnostic.</summary>
    public static string Transcript(Diagnostic diagnostic) =>
        $"{SeverityOf(diagnostic.Descriptor)} {diagnostic.Id}: {diagnostic.GetMessage(CultureInfo.InvariantCulture)}";

    public static string SeverityOf(DiagnosticDescriptor descriptor) => descriptor.DefaultSeverity.ToString().ToLowerInvariant();

    public string Render(DiagnosticDescriptor descriptor, string transcript, bool stopsEmission) => $"""
        # {descriptor.Id}: {descriptor.Title.ToString(CultureInfo.InvariantCulture)}

        *{descriptor.DefaultSeverity}, {descriptor.Category}*

        {Why}

        ## Wrong

        ```csharp
        {Bad}
        ```

        ```text
        {transcript}
        ```

        ## Right

        ```csharp
        {Good}
        ```

        ## Suppressing it

        In code, `#pragma warning disable {descriptor.Id}` or `[SuppressMessage("{descriptor.Category}", "{descriptor.Id}")]`;
        in `.editorconfig`, `dotnet_diagnostic.{descriptor.Id}.severity = none`.{(stopsEmission
            ? "\nSuppressed or not, no working `forward` is emitted while the mistake stands." : "")}

        """.ReplaceLineEndings("\n");

    [GeneratedRegex(
        """^# .*?\n\n\*.*?\*\n\n(?<why>.+?)\n\n## Wrong\n"""
        + """(\n```csharp\n(?<bad>.*?)\n```\n\n.*?## Right\n\n```csharp\n(?<good>.*?)\n```)?""",
        RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
