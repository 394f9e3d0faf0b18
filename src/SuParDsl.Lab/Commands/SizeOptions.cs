using System.CommandLine;
using System.Reflection;
using System.Text;
using SuParDsl.Lab.Sizes;

namespace SuParDsl.Lab.Commands;

/// <summary>Options for the properties of a model's record of sizes. Their help follows the parameters' attributes.</summary>
/// <typeparam name="TModel">The model.</typeparam>
/// <typeparam name="TSize">Its record of sizes.</typeparam>
internal sealed class SizeOptions<TModel, TSize> where TSize : class
{
    private readonly TSize defaults;
    private readonly List<SizeOption> options;

    /// <param name="defaults">The default sizes.</param>
    /// <param name="without">Properties that get no option.</param>
    /// <exception cref="UserException">A size has a type that an option cannot represent.</exception>
    public SizeOptions(TSize defaults, params IEnumerable<string> without)
    {
        this.defaults = defaults;
        options = [.. SizeRecord.Properties<TSize>().Where(property => !without.Contains(property.Name)).Select(Option)];
    }

    /// <summary>Adds the options to a command. A size gets a longer name if another option of the program has its name.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in options)
        {
            command.Add(option);
        }
    }

    /// <summary>Reads the sizes from a command line.</summary>
    public TSize Read(ParseResult result)
    {
        var size = SizeRecord.Copy(defaults);
        foreach (var option in result.CommandResult.Command.Options.OfType<SizeOption>())
        {
            if (option.TryRead(result, out var value))
            {
                typeof(TSize).GetProperty(option.Property)!.SetValue(size, value);
            }
        }

        return size;
    }

    private SizeOption Option(PropertyInfo property)
    {
        var @default = property.GetValue(defaults);
        return new("--" + Kebab(property.Name), property.Name, SizeRecord.TypeOf<TModel, TSize>(property, @default), @default)
        {
            Description = Describe(property),
        };
    }

    private static string Describe(PropertyInfo property)
    {
        var words = Kebab(property.Name).Replace('-', ' ');
        return SizeRecord.Marks<TModel, TSize>(property).Select(mark => mark switch
        {
            MuWidthAttribute width => $"{words}: a size that scales, tuned at {width.Base}",
            MuDepthAttribute depth => $"{words}: a depth that scales, tuned at {depth.Base}",
            DensityAttribute => $"{words}: the fraction of weights kept, in (0, 1]",
            InitStdAttribute => $"{words}: the base initial standard deviation",
            MultiplierAttribute => $"{words}: a tunable forward multiplier",
            _ => null,
        }).FirstOrDefault(static text => text is not null)
            ?? (property.PropertyType == typeof(Rule)
                ? "rule: how initialisation and learning rates follow width and density"
                : words);
    }

    private static string Kebab(string name)
    {
        var text = new StringBuilder();
        foreach (var (i, c) in name.Index())
        {
            text.Append(char.IsUpper(c) && i > 0 ? "-" : string.Empty).Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}
