using System.CommandLine;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Data.TokenFiles;
using SuParDsl.Lab.Handlers;

namespace SuParDsl.Lab.Commands;

/// <summary>The options of <see cref="DataChoice"/>.</summary>
/// <param name="source">The source of the data.</param>
internal sealed class DataOptionSet(IDataSource source)
{
    private readonly Option<string?> path = OptionFactory.Paths("--data", source.Help);
    private readonly Option<TokenizerChoice> tokenizer = new("--tokenizer")
    {
        Description = "character, byte, bpe (learns byte pairs from the text), bpe:folder (reads GPT-2's vocab.json and "
            + "merges.txt) or file:file (a tokenizer.json, a SentencePiece model or tiktoken's ranks); "
            + "by default, text is split into characters, and binary files hold token ids",
        HelpName = "character|byte|bpe|bpe:folder|file:file",
        DefaultValueFactory = static _ => TokenizerChoice.Default,
        CustomParser = static result =>
        {
            var parts = result.Tokens[0].Value.Split(':', 2);
            var kind = OptionFactory.ParseChoice(result, parts[0], "--tokenizer", typeof(TokenizerKind)) is TokenizerKind known
                ? known
                : TokenizerKind.Default;
            if (parts is [_, var folder] && (kind is not (TokenizerKind.Bpe or TokenizerKind.File) || folder.Length == 0))
            {
                result.AddError(
                    $"--tokenizer is '{result.Tokens[0].Value}': only bpe takes a folder (write bpe:folder), and file a file "
                    + "(file:file)");
            }
            else if (parts is [_] && kind == TokenizerKind.File)
            {
                result.AddError("--tokenizer is 'file': name the file, as in file:tokenizer.json");
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

    private readonly Option<string> field = OptionFactory.Field(
        "the field of JSON Lines, or the column of Parquet files, that holds a text or token ids");

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
            command.Add(field);
        }
    }

    /// <summary>Reads the values from a command line.</summary>
    public DataChoice Read(ParseResult result) => new(result.GetValue(path))
    {
        Tokenizer = IsText ? Tokenizer(result) : TokenizerChoice.Default,
    };

    private TokenizerChoice Tokenizer(ParseResult result)
    {
        var count = result.GetValue(vocabulary);
        return result.GetValue(tokenizer)! with
        {
            Vocabulary = count ?? TokenizerChoice.DefaultVocabulary, Ids = new(result.GetValue(type), count),
            Field = result.GetValue(field)!,
        };
    }
}
