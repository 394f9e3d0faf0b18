namespace SuParDsl.Lab.Data.Pretrained;

/// <summary>Where a blank (U+2581) is added before a text.</summary>
internal enum BlankPrefix
{
    Never,

    /// <summary>Before each part between special tokens.</summary>
    Each,

    /// <summary>Before each part that does not begin with one.</summary>
    EachWithout,

    /// <summary>Before the beginning of the text, unless it begins with one.</summary>
    FirstWithout,
}

/// <summary>How tokens of characters write spaces.</summary>
/// <param name="Replaces">Whether every space becomes a blank (U+2581).</param>
/// <param name="Prefix">Where a blank is added.</param>
internal sealed record PieceSpaces(bool Replaces, BlankPrefix Prefix)
{
    private const char Blank = '\u2581';

    /// <summary>Whether decoding drops a space at the beginning.</summary>
    public bool AddsBlank => Prefix != BlankPrefix.Never;

    /// <summary>Writes the spaces of a part of a text.</summary>
    public string Apply(string part, bool isFirst)
    {
        var text = Replaces ? part.Replace(' ', Blank) : part;
        return Prefix switch
        {
            BlankPrefix.Each => Blank + text,
            BlankPrefix.EachWithout when !text.StartsWith(Blank) => Blank + text,
            BlankPrefix.FirstWithout when isFirst && !text.StartsWith(Blank) => Blank + text,
            _ => text,
        };
    }
}
