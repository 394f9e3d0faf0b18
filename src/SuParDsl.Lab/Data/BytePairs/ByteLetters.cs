using System.Collections.Frozen;
using System.Text;

namespace SuParDsl.Lab.Data.BytePairs;

/// <summary>
/// GPT-2's alphabet: a printable letter for every byte, so that any UTF-8 text is a string of letters without spaces.
/// </summary>
internal static class ByteLetters
{
    /// <summary>The letters in the order of GPT-2's ids: bytes that are printable come first and stand for themselves.</summary>
    public static IReadOnlyList<char> InOrder { get; }

    private static readonly char[] Letters = new char[256];
    private static readonly FrozenDictionary<char, byte> Values;

    static ByteLetters()
    {
        (char First, char Last)[] ranges = [('!', '~'), ('¡', '¬'), ('®', 'ÿ')];
        int[] printable = [.. ranges.SelectMany(static range => Enumerable.Range(range.First, range.Last - range.First + 1))];
        int[] others = [.. Enumerable.Range(0, 256).Except(printable)];
        foreach (var value in printable)
        {
            Letters[value] = (char)value;
        }

        foreach (var (i, value) in others.Index())
        {
            Letters[value] = (char)(256 + i);
        }

        InOrder = [.. printable.Concat(others).Select(static value => Letters[value])];
        Values = Enumerable.Range(0, 256).ToFrozenDictionary(static value => Letters[value], static value => (byte)value);
    }

    /// <summary>Whether a character is the letter of a byte.</summary>
    public static bool IsLetter(char letter) => Values.ContainsKey(letter);

    /// <summary>The letter of a byte.</summary>
    public static char Of(byte value) => Letters[value];

    /// <summary>The letters of a text's UTF-8 bytes.</summary>
    public static string Spell(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(static value => Letters[value]));

    /// <summary>The bytes that letters stand for.</summary>
    public static byte[] Bytes(IEnumerable<char> letters) => [.. letters.Select(static letter => Values[letter])];

    /// <summary>Converts letters back to the text.</summary>
    public static string Read(IEnumerable<char> letters) =>
        Encoding.UTF8.GetString(Bytes(letters));
}
