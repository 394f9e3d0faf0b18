namespace SuParDsl.Lab.Data.Documents;

/// <summary>Splits a text into a training part and a validation part.</summary>
internal static class TextSplit
{
    /// <summary>The number of UTF-16 units of the training part, which is the first nine tenths of the characters.</summary>
    public static int Of(string text)
    {
        // Count Unicode scalar values, so that the split never falls inside a surrogate pair.
        var length = text.EnumerateRunes().Count();
        return text.EnumerateRunes().Take((int)(length * 9L / 10)).Sum(static rune => rune.Utf16SequenceLength);
    }
}
