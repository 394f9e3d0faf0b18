using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace SuParDsl.CodeFixes;

/// <summary>One way to fix a mistake: the title that the user reads, and the edits of one file.</summary>
/// <param name="Title">The action's title. Equal titles are applied together by FixAll.</param>
/// <param name="Changes">The edits.</param>
internal sealed record Fix(string Title, ImmutableArray<TextChange> Changes)
{
    /// <summary>The file that is edited, if it is not the one with the mistake.</summary>
    public SyntaxTree? Tree { get; init; }

    /// <summary>The key by which FixAll applies fixes together, if their titles name members.</summary>
    public string? Key { get; init; }
}
