using System.CommandLine;
using SuParDsl.Lab.Handlers;

namespace SuParDsl.Lab.Commands;

/// <summary><c>sweep-worker</c>: the command line of <see cref="SweepWorkerHandler"/>, which reads standard input.</summary>
internal static class SweepWorkerCommand
{
    /// <summary>The command for an example.</summary>
    public static Command Create<TModel, TSize>(Example<TModel, TSize> example)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        var path = new Argument<string>("folder") { Description = "the sweep's folder" };
        var data = new DataOptionSet(example.Data);
        var engine = new EngineOptionSet();
        var command = new Command("sweep-worker", "Trains the runs of a sweep that standard input names") { path };
        command.Hidden = true;
        data.AddTo(command);
        engine.AddTo(command);
        command.SetAction(result =>
        {
            var options =
                new SweepWorkerOptions(result.GetValue(path)!) { Data = data.Read(result), Engine = engine.Read(result) };
            var output = result.Streams().Output;

            // Standard output carries the names of finished runs to the work queue. What the program's own code prints, such as
            // an observer, goes to standard error.
            Console.SetOut(Console.Error);
            return SweepWorkerHandler.Run(example, options, Console.In, output);
        });
        return command;
    }
}
