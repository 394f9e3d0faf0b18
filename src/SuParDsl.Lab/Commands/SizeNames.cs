using System.CommandLine;

namespace SuParDsl.Lab.Commands;

/// <summary>Resolves name conflicts of sizes with other options: a model may have a size called steps, data or seed.</summary>
internal static class SizeNames
{
    private const string Prefix = "--size-";

    /// <summary>
    /// Gives a longer name to each size whose name is that of another option of a command. The name is the same in all commands.
    /// </summary>
    public static void KeepApart(RootCommand root)
    {
        var taken = root.Subcommands.SelectMany(command => Taken(root, command)).ToHashSet();
        foreach (var command in root.Subcommands)
        {
            var sizes = command.Options.OfType<SizeOption>().Select(static option => option.Name).ToHashSet();
            for (var i = 0; i < command.Options.Count; i++)
            {
                if (command.Options[i] is SizeOption option)
                {
                    command.Options[i] = option.Named(Free(option.Name, taken, sizes));
                }
            }
        }
    }

    /// <summary>Returns the names of sizes that a command also uses for another option.</summary>
    private static IEnumerable<string> Taken(RootCommand root, Command command)
    {
        var own = command.Options.Concat(root.Options).Where(static option => option is not SizeOption)
            .SelectMany(static option => option.Aliases.Append(option.Name)).ToHashSet();
        return command.Options.OfType<SizeOption>().Select(static option => option.Name).Where(own.Contains);
    }

    private static string Free(string name, HashSet<string> taken, HashSet<string> sizes)
    {
        var free = name;
        while (taken.Contains(free) || (free != name && sizes.Contains(free)))
        {
            free = Prefix + free[2..];
        }

        return free;
    }
}
