namespace SuParDsl.Generators.Sizes;

/// <summary>Reads sizes that are written as text: <c>inputs/groups*kernel</c>, <c>⌊(H - 1)/2⌋ + 1</c>.</summary>
internal sealed class SizeText
{
    private readonly string text;
    private readonly Func<string, Polynomial?> value;
    private int position;

    private SizeText(string text, Func<string, Polynomial?> value) => (this.text, this.value) = (text, value);

    /// <summary>Reads a size; null if the text is not one. A name without a value stands for itself.</summary>
    public static Polynomial? Parse(string text, Func<string, Polynomial?> value)
    {
        if (Identifiers.IsOne(text))
        {
            return value(text) ?? Polynomial.Name(text);
        }

        var reader = new SizeText(text, value);
        var size = reader.Sum();
        return reader.Next == '\0' ? size : null;
    }

    private char Next
    {
        get
        {
            while (position < text.Length && text[position] == ' ')
            {
                position++;
            }

            return position < text.Length ? text[position] : '\0';
        }
    }

    private Polynomial? Sum()
    {
        var isNegative = Take('-');
        var sum = Product();
        sum = isNegative && sum is not null ? -sum : sum;
        while (sum is not null && Next is '+' or '-')
        {
            var isMinus = Take('-') || !Take('+');
            sum = Product() is not { } term ? null : isMinus ? sum! - term : sum! + term;
        }

        return sum;
    }

    private Polynomial? Product()
    {
        var product = Atom();
        while (product is not null && Next is '·' or '*' or '/')
        {
            var isOver = Take('/');
            position += isOver ? 0 : 1;
            product = Atom() is not { } factor ? null : isOver ? product! / factor : product! * factor;
        }

        return product;
    }

    private Polynomial? Atom()
    {
        if (Take('('))
        {
            var inner = Sum();
            return Take(')') ? inner : null;
        }

        if (Take('⌊'))
        {
            return Atom() is { } size && Take('/') && Atom() is { } divisor && Take('⌋') ? Polynomial.Floor(size, divisor) : null;
        }

        var start = Next == '\0' ? text.Length : position;
        while (position < text.Length && (char.IsLetterOrDigit(text[position]) || text[position] is '_' or '?' or '₀'))
        {
            position++;
        }

        var word = text.Substring(start, position - start);
        return word.Length == 0 ? null
            : long.TryParse(word, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture,
                out var number)
                ? Polynomial.Constant(number)
            : Identifiers.IsOne(word) ? value(word) ?? Polynomial.Name(word) : null;
    }

    private bool Take(char wanted)
    {
        if (Next != wanted)
        {
            return false;
        }

        position++;
        return true;
    }
}
