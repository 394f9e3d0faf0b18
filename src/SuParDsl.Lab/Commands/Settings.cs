using System.Collections;
using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using SuParDsl.Lab.Files;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Sizes;

namespace SuParDsl.Lab.Commands;

/// <summary>
/// Completes a command line with options from the environment (<c>SUPARDSL_LR=2^-8</c>) and then from a JSON file
/// (<c>--config FILE</c> with <c>{"train": {"lr": "2^-8"}}</c>). The file lists options by command, without their leading dashes.
/// </summary>
internal sealed class Settings
{
    /// <summary>Options that apply to one run of a command only, and are left out of the file that repeats it.</summary>
    private static readonly string[] NotRepeated =
    [
        "--out", "--merge", "--shard", "--config", "--resume", "--resume-at", "--allow-new-schedule", "--allow-resize",
    ];

    private readonly RootCommand root;
    private readonly Option<string?> file = new("--config")
    {
        Description = "a JSON file of options by command, such as {\"train\": {\"lr\": 0.004}}; the command line and "
            + "SUPARDSL_… variables take precedence",
        HelpName = "file",
        Recursive = true,
    };

    /// <summary>Adds <c>--config</c> to every command of a program.</summary>
    public Settings(RootCommand root)
    {
        this.root = root;
        root.Add(file);
    }

    /// <summary>Returns the command line, with the options appended that only the environment or the file sets.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="variables">The environment variables.</param>
    /// <param name="configuration">The configuration of the parser.</param>
    /// <exception cref="UserException">A name matches no option, or a value is out of range.</exception>
    public string[] Complete(string[] args, IDictionary variables, ParserConfiguration configuration)
    {
        var parsed = root.Parse(args, configuration);
        var command = parsed.CommandResult.Command;
        if (command is RootCommand || parsed.Action?.ClearsParseErrors == true)
        {
            return args;
        }

        var environment = FromEnvironment(variables);
        var path = parsed.GetValue(file) ?? environment.GetValueOrDefault(Key(file)).Value;
        var values = path is null ? [] : FromFile(path, command);
        foreach (var (key, value) in environment)
        {
            values[key] = value;
        }

        var added = Options(command)
            .Where(option => option != file
                && parsed.GetResult(option) is not { Implicit: false }
                && values.ContainsKey(Key(option)))
            .SelectMany(option => Checked(command, option, values[Key(option)], configuration));
        var end = Array.IndexOf(args, "--");
        return end < 0 ? [.. args, .. added] : [.. args[..end], .. added, .. args[end..]];
    }

    /// <summary>Returns every option of a command line as a file for <c>--config</c>, so that a run can be repeated.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="open">Options to leave out, because their default was used and depends on other options.</param>
    public static string ToRepeat(ParseResult result, params string[] open)
    {
        var command = result.CommandResult.Command;
        var values = command.Options
            .Where(option => !NotRepeated.Contains(option.Name) && !open.Contains(option.Name) && option is not HelpOption)
            .Select(option => (Option: option, Value: result.GetResult(option) switch
            {
                { Tokens: [_, ..] tokens } =>
                    string.Join(',', tokens.Select(static token => token.Value)), // only --data may be repeated
                { Implicit: false } => OptionText.Exact(true), // a switch may stand alone
                _ => OptionText.Exact(Default(option)),
            }))
            .Where(static entry => entry.Value is { Length: > 0 } || (entry.Value is not null && entry.Option is SizeOption))
            .ToDictionary(static entry => Key(entry.Option), static entry => entry.Value);
        return RunJson.Text(new Dictionary<string, Dictionary<string, string?>> { [command.Name] = values! });

        static object? Default(Option option) => option.HasDefaultValue ? option.GetDefaultValue() : null;
    }

    private static string Key(Option option) => option.Name[2..];

    private IEnumerable<Option> Options(Command command) =>
        command.Options.Append(file).Where(static option => option is not HelpOption);

    private Dictionary<string, (string Value, string Source)> FromEnvironment(IDictionary variables)
    {
        const string Prefix = "SUPARDSL_";
        var known = root.Subcommands.SelectMany(Options).Select(Key).Distinct()
            .ToDictionary(static key => Prefix + key.Replace('-', '_').ToUpperInvariant());
        var values = new Dictionary<string, (string, string)>();
        var names = variables.Keys.Cast<string>().Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal));
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            if (!known.TryGetValue(name, out var key))
            {
                throw new UserException(
                    $"the environment variable {name} matches no option of any command{ParseErrors.Near(name, known.Keys)}");
            }

            values[key] = ((string)variables[name]!, $"the environment variable {name}");
        }

        return values;
    }

    private Dictionary<string, (string Value, string Source)> FromFile(string path, Command command)
    {
        var values = new Dictionary<string, (string, string)>();
        var settings = Read(path);
        if (settings["example"] is not null)
        {
            throw new UserException(
                $"{path} is a run's configuration, not options by command: give the {RunFolder.FileToRepeat} beside it");
        }

        foreach (var section in settings.GetChildren())
        {
            var owner = root.Subcommands.FirstOrDefault(subcommand => subcommand.Name == section.Key)
                ?? throw new UserException(
                    $"{path}: '{section.Key}' is not a command"
                    + ParseErrors.Near(section.Key, root.Subcommands.Select(static c => c.Name)));
            if (section.Value is { Length: > 0 } scalar)
            {
                throw new UserException(
                    $"{path}: '{section.Key}' is '{scalar}': "
                    + $"it must be an object of options, {{\"{section.Key}\": {{\"name\": value}}}}");
            }

            var known = Options(owner).Where(option => option != file).ToDictionary(Key);
            foreach (var entry in section.GetChildren())
            {
                var name = $"{path}, {section.Key}.{entry.Key}";
                if (!known.TryGetValue(entry.Key, out var option))
                {
                    throw new UserException($"{name} is not an option of {section.Key}{ParseErrors.Near(entry.Key, known.Keys)}");
                }

                if (owner == command)
                {
                    values[entry.Key] = (Scalar(entry, option, name), name);
                }
            }
        }

        return values;
    }

    // A list may be a string, as on the command line, or a JSON array.
    private static string Scalar(IConfigurationSection entry, Option option, string name)
    {
        var items = entry.GetChildren().ToList();
        return items.Count == 0
            ? entry.Value ?? ((option as SizeOption)?.TakesNull == true ? SizeType.None : null)
                ?? throw new UserException($"{name} is null: give it a value, or omit it")
            : items.Index().All(
                static item => item.Item.Value is not null && item.Item.Key == item.Index.ToString(CultureInfo.InvariantCulture))
                ? SizeType.Joined([.. items.Select(static item => item.Value!)])
                : throw new UserException($"{name} is an object: it must be a number, a string or a list of these");
    }

    private static IConfigurationRoot Read(string path)
    {
        const string Expected = "a JSON object of options by command", Advice = "every run folder contains one, options.json";
        if (!Path.Exists(path))
        {
            throw new UserException($"--config {path} does not exist");
        }

        _ = TextFile.Read(path, Expected, Advice);
        try
        {
            return new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(path)).Build();
        }
        catch (Exception e) when (e is InvalidDataException or FormatException)
        {
            var kind = FileKind.Describe(path);
            throw new UserException(kind == FileKind.JsonObject
                ? $"--config {path} is not a JSON object: {e.GetBaseException().Message.ReplaceLineEndings(" ")}"
                : $"--config {path} is not a JSON object, but {kind}; it must be {Expected}: {Advice}");
        }
    }

    // Parse each setting separately, so that the message of an error can name its source.
    private string[] Checked(
        Command command, Option option, (string Value, string Source) setting, ParserConfiguration configuration)
    {
        // An empty value needs its own token. All other values follow '=', because they may begin with dashes like an option.
        string[] tokens = setting.Value.Length == 0 && option is SizeOption
            ? [option.Name, string.Empty]
            : [$"{option.Name}={setting.Value}"];
        var alone = root.Parse([command.Name, .. tokens], configuration);
        if (alone.UnmatchedTokens.Count > 0)
        {
            var range = option.HelpName!.Replace("|", " or ", StringComparison.Ordinal);
            throw new UserException($"{setting.Source}: {option.Name} is '{setting.Value}': it must be {range}");
        }

        var error = alone.Errors.FirstOrDefault(error => error.Message.Contains(option.Name, StringComparison.Ordinal));
        return error is null
            ? tokens
            : throw new UserException($"{setting.Source}: {error.Message.TrimEnd('.').ReplaceLineEndings(" ")}");
    }
}
