using System.CommandLine;
using System.Globalization;
using SuParDsl.Lab.Commands;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Errors;
using SuParDsl.Lab.Programs;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Text;

namespace SuParDsl.Lab;

/// <summary>The command line of every example.</summary>
public static class Lab
{
    /// <summary>Runs a command.</summary>
    /// <param name="args">The program's arguments.</param>
    /// <param name="example">The model, its data and its default options.</param>
    /// <returns>
    /// The exit code: 0 for success, 1 for an unwanted result (for example, if training diverged), 2 for a request that cannot be
    /// met.
    /// </returns>
    public static int Run<TModel, TSize>(string[] args, Example<TModel, TSize> example)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        return ErrorBoundary.Run(
            () =>
            {
                ExampleChecks.Require(example);
                SizeTexts.Require<TModel, TSize>(example.Size);
                var root = Root(example);
                var settings = new Settings(root);
                var configuration = new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false };
                string[] given = args.Length == 0 ? ["--help"] : args;
                var result = root.Parse(
                    settings.Complete(given, Environment.GetEnvironmentVariables(), configuration), configuration);
                return result.Errors.Count > 0 && result.Action?.ClearsParseErrors != true
                    ? throw new UserException(ParseErrors.Describe(result, ProgramName.Of(example.Name)))
                    : result.Invoke(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
            },
            Console.Error);
    }

    private static RootCommand Root<TModel, TSize>(Example<TModel, TSize> example)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        var root = new RootCommand(example.Description)
        {
            TrainCommand.Create(example),
            CheckCommand.Create(example),
            FindLrCommand.Create(example),
            SweepCommand.Create(example),
            SweepWorkerCommand.Create(example),
            TransferCommand.Create(example),
            BenchCommand.Create(example),
            ReportCommand.Create(example.Name),
            TableCommand.Create(example),
            EngineCommand.Create(),
            CompletionCommand.Create(ProgramName.Word(example.Name)),
        };
        if (example.Data is TextData text)
        {
            root.Add(SampleCommand.Create(example, text));
            root.Add(PrepareCommand.Create(text));
            root.Add(EvaluateCommand.Create(example, text));
        }

        if (example is { Data: TextData, Reference: { } mapping })
        {
            root.Add(ReplayCommand.Create<TModel, TSize>(mapping));
        }

        if (example.Formats.Count > 0)
        {
            root.Add(ImportCommand.Create(example));
        }

        if (example.Formats.Count > 0 || example is { Data: TextData, Reference: not null })
        {
            root.Add(ExportCommand.Create(example));
        }

        SizeNames.KeepApart(root);
        HelpText.AddExamples(root, ProgramName.Of(example.Name));
        return root;
    }
}
