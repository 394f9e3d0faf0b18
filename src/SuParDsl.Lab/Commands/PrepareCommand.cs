using System.CommandLine;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Handlers;

namespace SuParDsl.Lab.Commands;

/// <summary><c>prepare</c>: the command line of <see cref="PrepareHandler"/>.</summary>
internal static class PrepareCommand
{
    /// <summary>The command for text data.</summary>
    public static Command Create(TextData text)
    {
        var data = new DataOptionSet(text);
        var folder = OptionFactory.Text(
            "--out", "the folder to create, with train.npy, val.npy and the tokenizer", "folder");
        var command = new Command(
            "prepare", "Encodes text, JSON Lines or Parquet files once into token files, which may be larger than memory");
        data.AddTo(command);
        command.Add(folder);
        command.SetAction(result => PrepareHandler.Run(
            new(data.Read(result), result.GetValue(folder)), result.Streams().Output));
        return command;
    }
}
