namespace SuParDsl.Lab.Data.Documents;

/// <summary>One text of a data set: a row of a table, a line of JSON Lines, or a whole text file.</summary>
/// <param name="Text">The text; null if the document is token ids.</param>
/// <param name="Ids">The token ids; null if the document is text.</param>
/// <param name="Place">The file and row for messages: "mine.jsonl(12)".</param>
/// <param name="Read">The fraction of its file that has been read.</param>
internal sealed record Document(string? Text, int[]? Ids, string Place, double Read)
{
    /// <summary>
    /// Whether the document is a whole file, which is cut into a training and a validation part. Rows go to one of them.
    /// </summary>
    public bool IsWholeFile { get; init; }
}
