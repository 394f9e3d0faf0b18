namespace SuParDsl.Generators.Emitting;

/// <summary>
/// Breaks a long line of C# as a person would: a chain of calls before its dots, a list of arguments into one a line.
/// </summary>
internal static class LineBreaker
{
    private const int Indent = 4;

    // Where a string may not end at the next quotation mark, the line stays as it is.
    private static readonly string[] Unreadable = ["\\", "'", "@\"", "$\"", "\"\""];

    /// <summary>The lines that a long line is broken into, each with its indentation in columns.</summary>
    public static IEnumerable<(int Column, string Text)> Break(int column, string line)
    {
        if (column + line.Length <= SourceWriter.Width || Unreadable.Any(line.Contains))
        {
            return [(column, line)];
        }

        return Dots(line) is { Count: > 0 } dots ? Chain(column, line, dots) : Arguments(column, line) ?? [(column, line)];
    }

    private static IEnumerable<(int Column, string Text)> Chain(int column, string line, List<int> dots)
    {
        var links = dots.Prepend(0).Zip(dots.Append(line.Length), (start, end) => line.Substring(start, end - start)).ToList();
        return links.SelectMany((link, i) => Break(i == 0 ? column : column + Indent, link));
    }

    /// <summary>The arguments of the outermost call on lines of their own; null where there are none.</summary>
    private static IEnumerable<(int Column, string Text)>? Arguments(int column, string line)
    {
        var marks = Marks(line).ToList();
        var assigned = marks.Find(static mark => mark is { Sign: '=', Depth: 0 }).At;
        var open = marks.Find(mark => mark is { Sign: '(', Depth: 1 } && mark.At > assigned).At;
        var close = marks.Find(mark => mark is { Sign: ')', Depth: 1 } && mark.At > open).At;
        if (open == 0 || close == 0)
        {
            return null;
        }

        var inside = line.Substring(open + 1);
        var head = (column, line.Substring(0, open + 1));
        if (column + Indent + inside.Length <= SourceWriter.Width)
        {
            return [head, (column + Indent, inside)];
        }

        var starts = marks.Where(mark => mark is { Sign: ',', Depth: 1 } && mark.At > open && mark.At < close)
            .Select(static mark => mark.At + 2).Prepend(open + 1).ToList();
        var ends = starts.Skip(1).Select(static start => start - 1).Append(line.Length);
        return starts.Zip(ends, (start, end) => line.Substring(start, end - start))
            .SelectMany(argument => Break(column + Indent, argument)).Prepend(head);
    }

    /// <summary>The dots that follow a call, outside of any parentheses.</summary>
    private static List<int> Dots(string line) =>
    [
        .. Marks(line).Where(mark => mark is { Sign: ')', Depth: 1 } && mark.At + 1 < line.Length && line[mark.At + 1] == '.')
            .Select(static mark => mark.At + 1),
    ];

    /// <summary>Parentheses, commas and assignments with how deep they stand, brackets counted and strings passed over.</summary>
    private static IEnumerable<(char Sign, int At, int Depth)> Marks(string line)
    {
        var (depth, inString) = (0, false);
        for (var i = 0; i < line.Length; i++)
        {
            var sign = line[i];
            if (sign == '"')
            {
                inString = !inString;
            }
            else if (!inString && (sign is '(' or '[' or '{'))
            {
                yield return (sign, i, ++depth);
            }
            else if (!inString && (sign is ')' or ']' or '}'))
            {
                yield return (sign, i, depth--);
            }
            else if (!inString && (sign == ',' || (sign == '=' && line[i - 1] == ' ' && line[i + 1] == ' ')))
            {
                yield return (sign, i, depth);
            }
        }
    }
}
