using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace SuParDsl.CodeFixes;

/// <summary>One way to mend a mistake: what the user reads, and the edits of one file.</summary>
/// <param name="Title">The action's title. Equal titles are applied together by FixAll.</param>
/// <param name="Changes">The edits.</param>
internal sealed record Fix(string Title, ImmutableArray<TextChange> Changes)
{
    /// <summary>The file that is edited, where it is not the one with the mistake.</summary>
    public SyntaxTree? Tree { get; init; }

    /// <summary>What FixAll applies together, where titles name members.</summary>
    public string? Key { get; init; }
}
