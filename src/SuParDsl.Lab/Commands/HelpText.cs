using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace SuParDsl.Lab.Commands;

/// <summary>Adds examples to the end of help texts.</summary>
internal static class HelpText
{
    /// <summary>Appends examples to the help of a root command and its subcommands.</summary>
    public static void AddExamples(RootCommand root, string name)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new Action((HelpAction)help.Action!, name);
    }

    private static string[] Examples(string command) => command switch
    {
        "train" =>
        [
            "train", "train --density 1/32 --width 512", "train --data mine --steps 3000 --out runs/mine",
            "train --rule standard", "train --from runs/mine --density 1/8 --prune wanda --data mine --lr 1e-3",
        ],
        "sample" =>
        [
            "sample runs/mine --prompt \"The \"", "sample runs/mine --temperature 0.5 --top-k 20 --length 1000",
            "sample runs/mine --samples 4 --top-p 0.95 --seed 3",
        ],
        "check" =>
        [
            "check", "check --widths 64..512 --densities 1 --rules mup,supar",
            "check --optimizer sgd --densities 1,1/4,1/16,1/64 --widths 256",
        ],
        "find-lr" => ["find-lr", "find-lr --steps 400 --density 1/16 --from-lr 2^-12 --to-lr 1/4"],
        "sweep" =>
        [
            "sweep --out sweeps/lr --lrs 2^-11..2^-5 --densities 1,1/4,1/16 --seeds 3 --workers 2",
            "sweep --out sweeps/lr --refine --densities 1,1/16 --seeds 3 --workers 2",
            "sweep --out sweeps/std --sigmas 2^-8..2^-3 --lrs 2^-8",
            "sweep --out sweeps/wide --widths 64..512 --constant-nonzeros",
            "sweep --out sweeps/lr --lrs 2^-11..2^-5 --shard 2/4",
        ],
        "transfer" => ["transfer sweeps/lr --widths 512 --densities 1,1/16", "transfer sweeps/lr --densities 1/32 --steps 1000"],
        "bench" =>
        [
            "bench", "bench --widths 256..1024 --densities 1/2..1/128 --threads 1",
            "bench --densities 1/16 --storage compressed --optimizer lion",
        ],
        "report" => ["report runs/<folder> sweeps/lr --out report.html"],
        "completion" => ["completion bash >> ~/.bashrc", "completion fish | source"],
        "table" => ["table --width 4096 --density 1/128", "table --rule standard --json"],
        "replay" => ["replay reference/gpt-supar-s0.75", "replay reference/gpt-mup-s0.75 --tolerance 1e-5"],
        "export" => ["export runs/mine mine.safetensors", "export runs/mine mine --format hf"],
        "import" => ["import gpt2 --out runs/gpt2"],
        "engine" => ["engine"],
        "evaluate" =>
        [
            "evaluate runs/mine", "evaluate runs/dense runs/sparse --tasks arc_easy.jsonl,hellaswag.jsonl,lambada:lambada.jsonl",
            "evaluate runs/mine --tasks wikitext.parquet --json",
        ],
        "prepare" =>
        [
            "prepare --data 'wiki/*.parquet' --tokenizer bpe --vocabulary 8192 --out tokens/wiki",
            "prepare --data mine.jsonl --field content --out tokens/mine",
        ],
        _ => ["train", "sample runs/<folder> --prompt \"The \"", "table --width 4096 --density 1/128", "train --help"],
    };

    private sealed class Action(HelpAction inner, string name) : SynchronousCommandLineAction
    {
        /// <inheritdoc/>
        public override bool ClearsParseErrors => true;

        /// <inheritdoc/>
        public override int Invoke(ParseResult parseResult)
        {
            // The library writes the name of the executable, which is not what the user typed if another program started this
            // one, and defaults as C# prints them, which is not how the options take them.
            var output = parseResult.InvocationConfiguration.Output;
            using var text = new StringWriter();
            parseResult.InvocationConfiguration.Output = text;
            var code = inner.Invoke(parseResult);
            parseResult.InvocationConfiguration.Output = output;
            var options = parseResult.CommandResult.Command.Options;
            foreach (var line in text.ToString().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
            {
                output.WriteLine(WithDefault(line, options).Replace($"  {RootCommand.ExecutableName} ", $"  {name} "));
            }

            output.WriteLine();
            output.WriteLine("Examples:");
            var commands = parseResult.RootCommandResult.Command.Subcommands.ToDictionary(static command => command.Name);
            foreach (var example in Examples(parseResult.CommandResult.Command.Name)
                .Where(example => IsPossible(commands, example)))
            {
                output.WriteLine($"  {name} {example}");
            }

            return code;
        }

        private static string WithDefault(string line, IList<Option> options)
        {
            const string Start = "[default: ";
            var words = line.Split("  ", StringSplitOptions.RemoveEmptyEntries) is [var names, ..] ? names.Split(' ', ',') : [];
            return line.LastIndexOf(Start, StringComparison.Ordinal) is >= 0 and var place
                && options.FirstOrDefault(option => option.HasDefaultValue && words.Contains(option.Name)) is { } option
                && OptionText.Short(option.GetDefaultValue()) is { } value
                ? $"{line[..place]}{Start}{value}]"
                : line;
        }

        // Show only examples whose options exist: a model without a density, or with a single rule, lacks some of them.
        private static bool IsPossible(Dictionary<string, Command> commands, string example)
        {
            var words = example.Split(' ');
            return commands.TryGetValue(words[0], out var command)
                && words.Where(static word => word.StartsWith("--", StringComparison.Ordinal) && word != "--help")
                    .All(word => Has(command, word))
                && (!words.Contains("--rules") || Has(commands["table"], "--rule"));
        }

        private static bool Has(Command command, string option) => command.Options.Any(known => known.Name == option);
    }
}
