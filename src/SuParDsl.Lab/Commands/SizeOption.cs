using System.CommandLine;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Sizes;

namespace SuParDsl.Lab.Commands;

/// <summary>The option of one size. Its value is a string, so that help, files and the command line use one notation.</summary>
internal sealed class SizeOption : Option<string?>
{
    private readonly SizeType type;
    private readonly object? @default;

    /// <param name="name">The name of the option.</param>
    /// <param name="property">The property of the record of sizes.</param>
    /// <param name="type">Converts the property's values from and to text.</param>
    /// <param name="default">The value if the option is not given.</param>
    public SizeOption(string name, string property, SizeType type, object? @default) : base(name)
    {
        (this.type, this.@default) = (type, @default);
        Property = property;
        HelpName = type.HelpName;
        Arity = type.IsSwitch ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne;
        DefaultValueFactory = _ => type.Text(@default);
        CustomParser = result =>
        {
            var text = result.Tokens is [var token, ..] ? token.Value : bool.TrueString;
            if (!type.TryParse(text, out _))
            {
                result.AddError($"{name} is '{text}': it must be {type.Range}");
            }

            return text;
        };
        if (type.Choices is { } choices)
        {
            OptionFactory.Complete(CompletionSources, choices);
        }
    }

    /// <summary>The name of the property that the option sets.</summary>
    public string Property { get; }

    /// <summary>Whether the option accepts null in a JSON file.</summary>
    public bool TakesNull => type.TryParse(SizeType.None, out var value) && value is null;

    /// <summary>A value of the size as the option takes it.</summary>
    public string? Text(object? value) => type.Text(value);

    /// <summary>Returns the same option under another name.</summary>
    public SizeOption Named(string name) =>
        name == Name ? this : new(name, Property, type, @default) { Description = Description };

    /// <summary>Gets the value from a command line. Returns false if the option is not given.</summary>
    public bool TryRead(ParseResult result, out object? value)
    {
        value = null;
        return result.GetResult(this) is { Implicit: false } given
            && type.TryParse(given.Tokens is [var token, ..] ? token.Value : bool.TrueString, out value);
    }
}
