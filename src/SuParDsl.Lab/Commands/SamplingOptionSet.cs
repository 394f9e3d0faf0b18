using System.CommandLine;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Generation;

namespace SuParDsl.Lab.Commands;

/// <summary>The options of <see cref="Sampling"/>.</summary>
internal sealed class SamplingOptionSet
{
    private static readonly Sampling Defaults = new(400);

    private readonly Option<int> length = OptionFactory.Integer("--length", "tokens to add at most", Defaults.Length, 1);
    private readonly Option<int> samples = OptionFactory.Integer("--samples", "texts to print", Defaults.Samples, 1);
    private readonly Option<double> temperature = OptionFactory.Real(
        "--temperature", "lower is more predictable, higher more varied; 0 always takes the likeliest token",
        Defaults.Temperature, "of at least 0", static x => x >= 0 && double.IsFinite(x));
    private readonly Option<int> topK = OptionFactory.Integer(
        "--top-k", "draw only from this many of the likeliest tokens; 0 for all", Defaults.TopK, 0);
    private readonly Option<double> topP = OptionFactory.Real(
        "--top-p", "draw only from the likeliest tokens whose probabilities add up to this; 1 for all",
        Defaults.TopP, "in (0, 1]", static x => x is > 0 and <= 1);
    private readonly Option<double> minP = OptionFactory.Real(
        "--min-p", "draw only tokens with this fraction of the likeliest token's probability; 0 for all",
        Defaults.MinP, "in [0, 1]", static x => x is >= 0 and <= 1);
    private readonly Option<double> penalty = OptionFactory.Real(
        "--repetition-penalty", "above 1, tokens that the text has already are less likely; 1 for none",
        Defaults.RepetitionPenalty, "above 0", static x => x > 0 && double.IsFinite(x));
    private readonly Option<string[]> stop = new("--stop")
    {
        Description = "end a sample before this text; may be given several times",
        HelpName = "text",
        CustomParser = static result =>
        {
            string[] texts = [.. result.Tokens.Select(static token => token.Value)];
            if (texts.Contains(string.Empty))
            {
                result.AddError("--stop is empty: it must be a text of at least one character");
            }

            return texts;
        },
    };
    private readonly Option<bool> ignoreEos = OptionFactory.Switch(
        "--ignore-eos", "go on after the token for the end of a text");
    private readonly Option<long> seed = OptionFactory.Seed("--seed", "random seed of the sampling", Defaults.Seed);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command) =>
        command.AddAll([length, samples, temperature, topK, topP, minP, penalty, stop, ignoreEos, seed]);

    /// <summary>Reads the values from a command line.</summary>
    public Sampling Read(ParseResult result) => new(result.GetValue(length))
    {
        Samples = result.GetValue(samples),
        Temperature = result.GetValue(temperature),
        TopK = result.GetValue(topK),
        TopP = result.GetValue(topP),
        MinP = result.GetValue(minP),
        RepetitionPenalty = result.GetValue(penalty),
        Stop = [.. result.GetValue(stop) ?? []],
        IgnoreEos = result.GetValue(ignoreEos),
        Seed = result.GetValue(seed),
    };
}
