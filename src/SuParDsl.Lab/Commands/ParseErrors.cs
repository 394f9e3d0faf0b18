using System.CommandLine;

namespace SuParDsl.Lab.Commands;

/// <summary>Describes a command-line error in one line.</summary>
internal static class ParseErrors
{
    /// <summary>Returns the first error.</summary>
    public static string Describe(ParseResult result, string program)
    {
        var command = result.CommandResult.Command;
        var isRoot = command is RootCommand;
        var where = isRoot ? program : $"{program} {command.Name}";
        if (result.UnmatchedTokens is [var unknown, ..])
        {
            var isOption = unknown.StartsWith('-');
            var known = isOption
                ? command.Options.Select(static option => option.Name)
                : command.Subcommands.Select(static subcommand => subcommand.Name);
            var kind = isOption ? "option" : isRoot ? "command" : "argument";
            var near = Near(unknown, known);
            return $"unknown {kind} '{unknown}'{(near.Length > 0 ? $"{near} See" : ": see")} `{where} --help`";
        }

        return $"{result.Errors[0].Message.TrimEnd('.').ReplaceLineEndings(" ")}; see `{where} --help`";
    }

    /// <summary>Returns ": did you mean …?" if a known name is similar; otherwise an empty string.</summary>
    public static string Near(string unknown, IEnumerable<string> known) =>
        known.Select(name => (Name: name, Distance: Distance(unknown, name)))
            .Where(static n => n.Distance <= 3)
            .OrderBy(static n => n.Distance)
            .Select(static n => $": did you mean {n.Name}?").FirstOrDefault() ?? string.Empty;

    /// <summary>Returns the Levenshtein distance of two strings.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                (diagonal, row[j]) =
                    (row[j], Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
            }
        }

        return row[^1];
    }
}
