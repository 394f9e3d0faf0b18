using System.CommandLine;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Evaluations;
using SuParDsl.Lab.Handlers;

namespace SuParDsl.Lab.Commands;

/// <summary><c>evaluate</c>: the command line of <see cref="EvaluateHandler"/>.</summary>
internal static class EvaluateCommand
{
    /// <summary>The command for an example.</summary>
    public static Command Create<TModel, TSize>(Example<TModel, TSize> example, TextData text)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        var runs = new Argument<string[]>("runs")
        {
            Description = "run folders that train or import has written", Arity = ArgumentArity.OneOrMore,
        };
        var tasks = OptionFactory.Paths(
            "--tasks",
            "files of questions in JSON Lines or of text, whose layout is recognized, or layout:file with one of "
                + $"{TaskFile.Layouts}; by default {string.Join(" and ", OwnTasks.Names)}, "
                + "made from the .NET SDK's documentation");
        var field = OptionFactory.Field("the field of JSON Lines, or the column of Parquet files, that holds texts");
        var json = OptionFactory.Switch("--json", "print JSON");
        var engine = new EngineOptionSet();
        var command = new Command(
            "evaluate",
            "Measures models on multiple-choice questions, last words and texts, beside chance") { runs, tasks, field, json };
        engine.AddTo(command);
        command.SetHandler((result, stop) => EvaluateHandler.Run(
            example,
            text,
            new(result.GetValue(runs)!, result.GetValue(tasks)?.Split(',') ?? OwnTasks.Names)
            {
                Field = result.GetValue(field)!, AsJson = result.GetValue(json), Engine = engine.Read(result),
            },
            result.Streams().Output,
            stop));
        return command;
    }
}
