namespace SuParDsl.Generators.Sizes;

/// <summary>Puts parentheses where a formula needs them.</summary>
internal static class Formula
{
    /// <summary>The text as one operand: a name, a number, or what is in parentheses already.</summary>
    public static string Atom(string text) =>
        text.All(static c => char.IsLetterOrDigit(c) || c is '_' or '.' or '₀') || IsWrapped(text) ? text : "(" + text + ")";

    private static bool IsWrapped(string text)
    {
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
            if (depth == 0 && i + 1 < text.Length)
            {
                return false;
            }
        }

        return text[0] == '(';
    }
}
