using System.CommandLine;
using System.CommandLine.Parsing;
using System.Reflection;
using System.Text;
using SuParDsl.Lab.Sizes;

namespace SuParDsl.Lab.Commands;

/// <summary>An option for every property of a model's record of sizes, explained by the marks on the model's parameters.</summary>
/// <typeparam name="TModel">The model.</typeparam>
/// <typeparam name="TSize">Its record of sizes.</typeparam>
internal sealed class SizeOptions<TModel, TSize> where TSize : class
{
    private readonly TSize defaults;
    private readonly List<(PropertyInfo Property, Option<object?> Option)> options;

    /// <param name="defaults">The sizes where options say nothing.</param>
    /// <param name="without">Properties that get no option.</param>
    public SizeOptions(TSize defaults, params IEnumerable<string> without)
    {
        this.defaults = defaults;
        options =
        [
            .. typeof(TSize).GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property.CanWrite && !without.Contains(property.Name))
                .Select(property => (property, Option(property, property.GetValue(defaults)))),
        ];
    }

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var (_, option) in options)
        {
            command.Add(option);
        }
    }

    /// <summary>The sizes that a command line asks for.</summary>
    public TSize Read(ParseResult result)
    {
        var size = SizeRecord.Copy(defaults);
        foreach (var (property, option) in options)
        {
            property.SetValue(size, result.GetValue(option));
        }

        return size;
    }

    private static Option<object?> Option(PropertyInfo property, object? @default)
    {
        var name = "--" + Kebab(property.Name);
        var type = property.PropertyType;
        var option = new Option<object?>(name)
        {
            Description = Describe(property),
            HelpName = type.IsEnum ? OptionFactory.Choices(type) : type == typeof(bool) ? "true|false" : type == typeof(double) ? "x" : "n",
            DefaultValueFactory = value => IsSwitchedOn(value, type) ? true : @default,
            Arity = type == typeof(bool) ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
            CustomParser = result => Parse(result, name, type),
        };
        if (type.IsEnum)
        {
            OptionFactory.Complete(option.CompletionSources, type);
        }

        return option;
    }

    // A switch that stands alone has no token to parse, so that it, too, asks for a default.
    private static bool IsSwitchedOn(ArgumentResult value, Type type) => type == typeof(bool) && value.Parent is OptionResult { Implicit: false };

    private static object? Parse(ArgumentResult result, string name, Type type)
    {
        if (type.IsEnum)
        {
            return OptionFactory.ParseChoice(result, name, type);
        }

        return Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => (object)OptionFactory.ParseSwitch(result, name),
            TypeCode.Double => OptionFactory.ParseReal(result, name, "like 0.125, 1e-2 or 1/8", static _ => true),
            TypeCode.Int32 => (int)OptionFactory.ParseInteger(result, name, 1, int.MaxValue),
            _ => throw new NotSupportedException($"the size {name} is of type {type.Name}, which has no option"),
        };
    }

    private static string Describe(PropertyInfo property)
    {
        var words = Kebab(property.Name).Replace('-', ' ');
        return SizeRecord.Marks<TModel, TSize>(property).Select(mark => mark switch
        {
            MuWidthAttribute width => $"{words}: a size that scales, tuned at {width.Base}",
            MuDepthAttribute depth => $"{words}: a depth that scales, tuned at {depth.Base}",
            DensityAttribute => $"{words}: the share of weights kept, in (0, 1]",
            InitStdAttribute => $"{words}: the base initial standard deviation",
            MultiplierAttribute => $"{words}: a tunable forward multiplier",
            _ => null,
        }).FirstOrDefault(static text => text is not null)
            ?? (property.PropertyType == typeof(Rule) ? "rule: how initialisation and learning rates follow width and density" : words);
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
