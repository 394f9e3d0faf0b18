using System.CommandLine;
using System.Globalization;

namespace SuParDsl.Lab.Commands;

/// <summary>One of several equal parts of some work: <c>2/4</c> is the second of four.</summary>
/// <param name="Index">The number of the part, from 1.</param>
/// <param name="Count">The number of parts.</param>
internal sealed record Shard(int Index, int Count)
{
    /// <summary>The single part that holds all the work.</summary>
    public static Shard All { get; } = new(1, 1);

    /// <summary>Creates the <c>--shard</c> option.</summary>
    public static Option<Shard> Option() => new("--shard")
    {
        Description = "train only one part of the runs, such as 2/4; the other parts may be trained elsewhere",
        HelpName = "i/n",
        DefaultValueFactory = static _ => All,
        CustomParser = static result =>
        {
            var token = result.Tokens[0].Value;
            if (token.Split('/') is [var first, var second]
                && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                && int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                && index >= 1 && index <= count)
            {
                return new(index, count);
            }

            result.AddError($"--shard is '{token}': it must be i/n with i from 1 to n, like 2/4");
            return All;
        },
    };

    /// <inheritdoc/>
    public override string ToString() => $"{Index}/{Count}";

    /// <summary>Returns the items that belong to this part.</summary>
    public IEnumerable<T> Of<T>(IEnumerable<T> all) => all.Where((_, i) => i % Count == Index - 1);
}
