using System.Globalization;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Text;

namespace SuParDsl.Lab.Handlers;

/// <summary>The options of <c>prepare</c>.</summary>
/// <param name="Data">The documents and their tokenizer.</param>
/// <param name="Out">The folder to create; null if it is not given.</param>
internal sealed record PrepareOptions(DataChoice Data, string? Out);

/// <summary><c>prepare</c>: encodes documents once into token files.</summary>
internal static class PrepareHandler
{
    /// <summary>Writes the folder.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="UserException">The data or the folder are not given, or the data cannot be encoded.</exception>
    public static int Run(PrepareOptions options, TextWriter output)
    {
        var (source, folder) = (Given(options.Data.Path, "--data PATH"), Given(options.Out, "--out FOLDER"));
        if (Path.Exists(folder))
        {
            throw new UserException($"{folder} already exists: choose another folder");
        }

        var prepared = Prepared.Write(folder, source, options.Data.Tokenizer, new LongWork(output, TimeProvider.System).Report);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"wrote {prepared.TrainingTokens} tokens to train on and {prepared.ValidationTokens} to validate, "
            + $"{prepared.Vocabulary} different, of {prepared.Documents} documents; train on them with --data {folder}"));
        return 0;
    }

    private static string Given(string? value, string option) =>
        value ?? throw new UserException($"prepare needs {option}: prepare --data PATH --out FOLDER");
}
