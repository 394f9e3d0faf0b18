using System.CommandLine;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Data.TokenFiles;
using SuParDsl.Lab.Data.Tokenizers;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Text;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Commands;

/// <summary>The options that name the data and, for text, the tokenizer.</summary>
/// <param name="source">The source of the data.</param>
internal sealed class DataOptions(IDataSource source)
{
    private readonly Option<string?> path = OptionFactory.Text("--data", source.Help, "path");
    private readonly Option<TokenizerChoice> tokenizer = new("--tokenizer")
    {
        Description = "character, byte, bpe (learns byte pairs from the text) or bpe:folder (reads GPT-2's vocab.json and "
            + "merges.txt); by default, text is split into characters, and binary files hold token ids",
        HelpName = "character|byte|bpe|bpe:folder",
        DefaultValueFactory = static _ => TokenizerChoice.Default,
        CustomParser = static result =>
        {
            var parts = result.Tokens[0].Value.Split(':', 2);
            var kind = OptionFactory.ParseChoice(result, parts[0], "--tokenizer", typeof(TokenizerKind)) is TokenizerKind known
                ? known
                : TokenizerKind.Default;
            if (parts is [_, var folder] && (kind != TokenizerKind.Bpe || folder.Length == 0))
            {
                result.AddError($"--tokenizer is '{result.Tokens[0].Value}': only bpe takes a folder (write bpe:folder)");
            }

            return TokenizerChoice.Default with { Kind = kind, Path = parts.ElementAtOrDefault(1) };
        },
    };

    private readonly Option<int?> vocabulary = new("--vocabulary")
    {
        Description = "with --tokenizer bpe, the number of tokens to learn, including the 256 bytes "
            + $"(by default {TokenizerChoice.DefaultVocabulary}); with token ids, the size of the vocabulary, "
            + "such as 50304 for GPT-2's with padding (by default the largest id + 1)",
        HelpName = "n",
        CustomParser = static result => (int)OptionFactory.ParseInteger(result, "--vocabulary", 1, int.MaxValue),
    };

    private readonly Option<TokenType?> type = OptionFactory.ChoiceOrNone<TokenType>(
        "--token-type", "number type of the token ids in train.bin and val.bin; by default, it is detected from their content");

    private bool IsText => source is TextData;

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(path);
        if (IsText)
        {
            command.Add(tokenizer);
            command.Add(vocabulary);
            command.Add(type);
        }
    }

    /// <summary>Opens the data that the command line names.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="size">The model's sizes, as given on the command line.</param>
    /// <param name="isQuiet">Whether to report no progress, because another process reports it.</param>
    /// <exception cref="UserException">The data cannot be used.</exception>
    public OpenData Open<TSize>(ParseResult result, TSize size, bool isQuiet = false) where TSize : class => BatchChecks.Checked(source.Open(
        new(Path(result), name => SizeRecord.Int(size, name))
        {
            Tokenizer = IsText ? Tokenizer(result) : TokenizerChoice.Default,
            Progress = isQuiet ? null : new LongWork(result.InvocationConfiguration.Output, TimeProvider.System).Report,
        }));

    /// <summary>The value of <c>--data</c>; null if it is not given.</summary>
    public string? Path(ParseResult result) => result.GetValue(path);

    /// <summary>Returns the given options as arguments for another process.</summary>
    public string[] Arguments(ParseResult result)
    {
        var given = IsText ? new Option[] { path, tokenizer, vocabulary, type } : [path];
        return
        [
            .. given.Where(option => IsGiven(result, option)).SelectMany(option => new[] { option.Name, result.GetResult(option)!.Tokens[0].Value }),
        ];
    }

    private TokenizerChoice Tokenizer(ParseResult result)
    {
        var count = result.GetValue(vocabulary);
        return result.GetValue(tokenizer)! with
        {
            Vocabulary = count ?? TokenizerChoice.DefaultVocabulary, Ids = new(result.GetValue(type), count),
        };
    }

    private static bool IsGiven(ParseResult result, Option option) => result.GetResult(option) is { Implicit: false };
}
