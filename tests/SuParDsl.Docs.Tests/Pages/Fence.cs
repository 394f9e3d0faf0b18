namespace SuParDsl.Docs.Tests.Pages;

/// <summary>A fenced block of a page.</summary>
/// <param name="Language">The word after the opening fence: <c>csharp</c>, <c>text</c>.</param>
/// <param name="Text">The lines between the fences.</param>
/// <param name="FirstLine">The index of the first line between the fences.</param>
/// <param name="Section">The heading above it.</param>
internal sealed record Fence(string Language, string Text, int FirstLine, string Section)
{
    /// <summary>The number of lines between the fences.</summary>
    public int Count => Text.Length == 0 ? 0 : Text.Split('\n').Length;

    /// <summary>Every fenced block of a Markdown text, in order.</summary>
    public static IReadOnlyList<Fence> In(string markdown)
    {
        var fences = new List<Fence>();
        var (section, open, start) = (string.Empty, (string?)null, 0);
        var lines = markdown.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith("```", StringComparison.Ordinal))
            {
                if (open is null)
                {
                    (open, start) = (lines[i][3..], i + 1);
                }
                else
                {
                    fences.Add(new(open, string.Join('\n', lines[start..i]), start, section));
                    open = null;
                }
            }
            else if (open is null && lines[i].StartsWith('#'))
            {
                section = lines[i].TrimStart('#').Trim();
            }
        }

        return fences;
    }
}
