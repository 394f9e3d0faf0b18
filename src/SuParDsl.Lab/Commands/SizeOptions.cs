using System.CommandLine;
using System.Text;
using SuParDsl.Lab.Sizes;

namespace SuParDsl.Lab.Commands;

/// <summary>Options for the properties of a model's record of sizes. Their help says what each size is for.</summary>
/// <typeparam name="TModel">The model.</typeparam>
/// <typeparam name="TSize">Its record of sizes.</typeparam>
internal sealed class SizeOptions<TModel, TSize>
    where TModel : torch.nn.Module, IModel<TModel, TSize>
    where TSize : class
{
    private readonly TSize defaults;
    private readonly List<SizeOption> options;

    /// <param name="defaults">The default sizes.</param>
    /// <param name="without">Properties that get no option.</param>
    /// <exception cref="UserException">A size has a type that an option cannot represent.</exception>
    public SizeOptions(TSize defaults, params IEnumerable<string> without)
    {
        this.defaults = defaults;
        options = [.. TModel.Sizes.Where(info => info.CanChange && !without.Contains(info.Name)).Select(Option)];
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
    /// <param name="result">The command line.</param>
    /// <param name="others">The sizes that are not given; null for the defaults.</param>
    public TSize Read(ParseResult result, TSize? others = null)
    {
        var size = others ?? defaults;
        foreach (var option in result.CommandResult.Command.Options.OfType<SizeOption>())
        {
            if (option.TryRead(result, out var value))
            {
                size = TModel.Sizes.Find(option.Property)!.With(size, value);
            }
        }

        return size;
    }

    private SizeOption Option(SizeInfo<TSize> info)
    {
        var @default = info.Get(defaults);
        return new("--" + Kebab(info.Name), info.Name, SizeTexts.TypeOf<TModel, TSize>(info, @default), @default)
        {
            Description = Describe(info),
        };
    }

    private static string Describe(SizeInfo<TSize> info)
    {
        var words = Kebab(info.Name).Replace('-', ' ');
        return info.Kind switch
        {
            SizeKind.Width => $"{words}: a size that scales, tuned at {info.Base}",
            SizeKind.Depth => $"{words}: a depth that scales, tuned at {info.Base}",
            SizeKind.Density => $"{words}: the fraction of weights kept, in (0, 1]",
            SizeKind.InitStd => $"{words}: the base initial standard deviation",
            SizeKind.Multiplier => $"{words}: a tunable forward multiplier",
            SizeKind.Rule => "rule: how initialisation and learning rates follow width and density",
            _ => words,
        };
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
