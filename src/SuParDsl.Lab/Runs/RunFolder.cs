using System.Globalization;
using SuParDsl.Checkpoints;
using SuParDsl.Lab.Charts;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Data.Tokenizers;
using SuParDsl.Lab.Files;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Runs;

/// <summary>The folder with the results of a run.</summary>
internal sealed class RunFolder
{
    /// <summary>The name of the file in a folder of results with which <c>--config</c> repeats them.</summary>
    public const string FileToRepeat = "options.json";

    /// <summary>The name of the file with the text that a language model writes at the end of its run.</summary>
    public const string Sample = "sample.txt";

    private const string ConfigFile = "config.json";
    private const string VocabularyFile = "vocabulary.json";
    private const string WeightsFile = "model.safetensors";
    private const string MetricsFile = "metrics.csv";
    private const string MasksFile = "masks.csv";
    private const string MaskChartFile = "masks.svg";
    private const string ChartFile = "loss.svg";
    private const string TableFile = "table.md";
    private const string ChangesFile = "changes.md";
    private const string OptionsUntil = "options-until-step-";
    private const string CheckpointsFolder = "checkpoints";

    private const string Expected = "the folder of a run", Advice = "name one that `train` has written";

    private RunFolder(string path) => Path = path;

    /// <summary>The path of the folder.</summary>
    public string Path { get; }

    /// <summary>Creates the folder of a new run.</summary>
    /// <param name="path">The folder; null for one named after the example and the time.</param>
    /// <param name="example">The example's name.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="UserException">The path exists and is not an empty folder, or the folder cannot be created.</exception>
    public static RunFolder Create(string? path, string example, DateTimeOffset now)
    {
        path ??= Unused(System.IO.Path.Combine(
            "runs", string.Create(CultureInfo.InvariantCulture, $"{example}-{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}")));
        Check(path);
        try
        {
            Directory.CreateDirectory(path);
            return new(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UserException($"the run folder '{path}' cannot be created ({e.Message}): choose another with --out");
        }
    }

    /// <summary>Creates the folder of a run with its files, so that it appears complete or not at all.</summary>
    /// <param name="path">The folder; null for one named after the example and the time.</param>
    /// <param name="example">The example's name.</param>
    /// <param name="now">The time.</param>
    /// <param name="write">Writes the files.</param>
    /// <exception cref="UserException">The path exists and is not an empty folder, or the folder cannot be created.</exception>
    public static RunFolder CreateAtOnce(string? path, string example, DateTimeOffset now, Action<RunFolder> write)
    {
        // Create the folder and remove it again, which checks the path in the same way as for a run that is trained.
        var place = Create(path, example, now).Path;
        Directory.Delete(place);
        AtomicFolder.Write(place, made => write(new(made)));
        return new(place);
    }

    /// <summary>Checks that a new run would overwrite nothing.</summary>
    /// <exception cref="UserException">The path exists and is not an empty folder.</exception>
    public static void Check(string? path)
    {
        if (path is not null && (File.Exists(path) || (Directory.Exists(path) && !IsEmpty(path))))
        {
            throw new UserException($"--out {path} already exists and is not an empty folder; choose another folder");
        }
    }

    /// <summary>Opens the folder of an existing run.</summary>
    /// <exception cref="UserException">The folder does not exist.</exception>
    public static RunFolder Existing(string path) => Directory.Exists(path)
        ? new(path)
        : throw (File.Exists(path)
            ? FolderKind.Wrong(path, Expected, Advice)
            : new UserException($"there is no run folder {path}: {Advice}"));

    /// <summary>The path of the run's checkpoints.</summary>
    public string Checkpoints => Full(CheckpointsFolder);

    /// <summary>Returns whether a folder holds a run, complete or not.</summary>
    public static bool HasRun(string path) => File.Exists(System.IO.Path.Combine(path, ConfigFile));

    /// <summary>Whether the folder has the weights at the end of a run.</summary>
    public bool HasWeights => File.Exists(Full(WeightsFile));

    /// <summary>Writes the configuration of a run that goes on with other settings, and the table of its changes.</summary>
    public void WriteChanged<TSize>(RunConfig<TSize> config) where TSize : class
    {
        Write(ConfigFile, RunJson.Text(config));
        if (config.Changes is { } changes)
        {
            Write(ChangesFile, RunHistory.ToMarkdown(changes));
        }
        else
        {
            File.Delete(Full(ChangesFile));
        }
    }

    /// <summary>
    /// Keeps the options that a run followed up to a step, before other options replace them. Copies of options for later steps
    /// are removed.
    /// </summary>
    /// <param name="done">The number of steps.</param>
    /// <param name="repeat">The text of the new options; null if they are not replaced.</param>
    public void KeepOptions(int done, string? repeat)
    {
        foreach (var later in Directory.EnumerateFiles(Path, OptionsUntil + "*.json").Where(file => StepOf(file) > done).ToList())
        {
            File.Delete(later);
        }

        // If the options change twice at the same step, those in force up to it are the first ones.
        var copy = Full(string.Create(CultureInfo.InvariantCulture, $"{OptionsUntil}{done}.json"));
        if (repeat is not null && File.Exists(Full(FileToRepeat)) && !File.Exists(copy)
            && File.ReadAllText(Full(FileToRepeat)) is var options && options != repeat)
        {
            AtomicFile.WriteText(copy, options);
        }

        static int StepOf(string file) => int.TryParse(
            System.IO.Path.GetFileNameWithoutExtension(file)[OptionsUntil.Length..], NumberStyles.None,
            CultureInfo.InvariantCulture, out var step) ? step : 0;
    }

    /// <summary>Writes the files that are known when a run starts.</summary>
    public void WriteSetup<TSize>(RunConfig<TSize> config, Tokenizer? tokenizer, MuTable table)
        where TSize : class
    {
        Write(ConfigFile, RunJson.Text(config));
        if (tokenizer is not null)
        {
            TokenizerFiles.Write(Path, tokenizer);
        }

        Write(TableFile, table.ToMarkdown());
    }

    /// <summary>Writes the results of a run.</summary>
    /// <param name="model">The model.</param>
    /// <param name="table">The model's multipliers under the run's optimizer.</param>
    /// <param name="history">The history of the run.</param>
    /// <param name="title">The title of the figures.</param>
    /// <param name="lossLabel">The axis label of the loss.</param>
    public void WriteResults(IModel model, MuTable table, TrainingHistory history, string title, string lossLabel)
    {
        WriteMetrics(history);
        // Write the table again: under some rules and methods, the multipliers have changed with the masks.
        Write(TableFile, table.ToMarkdown());
        Write(ChartFile, LossChart.Of(title, lossLabel, history).ToSvg());
        if (history.Masks.Count > 0)
        {
            Write(MaskChartFile, MaskChart.Of(title, history.Masks).ToSvg());
        }

        WriteWeights(model, history.Steps.Count);
    }

    /// <summary>Writes a model's weights and masks after some steps of training.</summary>
    public void WriteWeights(IModel model, int steps)
    {
        Dictionary<string, string> notes = new()
        {
            ["format"] = "supardsl",
            ["model"] = model.GetName(),
            ["steps"] = steps.ToString(CultureInfo.InvariantCulture),
        };
        ModelCheckpoint.Save(model, Full(WeightsFile), notes);
    }

    /// <summary>Writes the metrics of every step so far.</summary>
    public void WriteMetrics(TrainingHistory history)
    {
        if (history.Masks.Count > 0)
        {
            // Write masks.csv before metrics.csv, because a resumed run looks for metrics.csv.
            Write(MasksFile, MaskTable.Of(history.Masks));
        }

        Write(MetricsFile, MetricsTable.Of(history));
    }

    /// <summary>Reads the metrics up to a step.</summary>
    /// <exception cref="UserException">The file is missing or damaged.</exception>
    public TrainingHistory ReadMetrics(int steps) => File.Exists(Full(MetricsFile))
        ? MetricsReader.Read(
            Full(MetricsFile), steps) with { Masks = File.Exists(Full(MasksFile)) ? MaskTable.Read(Full(MasksFile), steps) : [] }
        : throw new UserException($"{Path} has checkpoints but no {MetricsFile}: it is damaged");

    /// <summary>Writes a generated text.</summary>
    public void WriteSample(string text) => Write(Sample, text + "\n");

    /// <summary>Reads the configuration of a run.</summary>
    /// <exception cref="UserException">The folder is damaged.</exception>
    public RunConfig<TSize> ReadConfig<TSize>() where TSize : class => Read<RunConfig<TSize>>(ConfigFile);

    /// <summary>Reads the configuration of a run of a given example.</summary>
    /// <exception cref="UserException">The folder is damaged, or of another example.</exception>
    public RunConfig<TSize> ReadConfigOf<TSize>(string example)
        where TSize : class => ReadConfig<TSize>() is var config && config.Example == example
        ? config
        : throw new UserException($"{Path} is a run of {config.Example}, not of {example}");

    /// <summary>Reads a run's vocabulary.</summary>
    /// <exception cref="UserException">The folder is damaged.</exception>
    public Tokenizer ReadTokenizer() => TokenizerFiles.Find(Path) ?? Read<Tokenizer>(VocabularyFile);

    /// <summary>Reads a run's vocabulary, which must fit its model.</summary>
    /// <param name="count">The number of tokens of the model.</param>
    /// <exception cref="UserException">The folder is damaged.</exception>
    public Tokenizer ReadTokenizer(int count) => ReadTokenizer() is var tokenizer && tokenizer.Size == count
        ? tokenizer
        : throw new UserException(
            $"the vocabulary of {Path} has {tokenizer.Size} tokens, its model {count}: the folder is damaged");

    /// <summary>Builds a run's model with the weights and masks that the run ended with.</summary>
    /// <param name="config">The run's configuration.</param>
    /// <exception cref="CheckpointException">The checkpoint is damaged, or of another model.</exception>
    /// <exception cref="UserException">There is no checkpoint.</exception>
    public TModel LoadModel<TModel, TSize>(RunConfig<TSize> config)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        var path = Full(WeightsFile);
        if (!File.Exists(path))
        {
            throw new UserException(
                $"{Path} has no {WeightsFile}: its run was not finished; name a folder that `train` has completed");
        }

        var model = TModel.Create(config.Size, config.Training.Seed);
        try
        {
            config.Training.Masks.Apply(model);
            ModelCheckpoint.Load(model, path);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private T Read<T>(string name) where T : class
    {
        var path = Full(name);
        return File.Exists(path)
            ? JsonFile.Read<T>(path, RunJson.Options, $"{name} of a run", Advice, "damaged, or of another example")
            : throw (HasRun(Path)
                ? new UserException($"{Path} has no {name}: it is damaged, or not of a run")
                : FolderKind.Wrong(Path, Expected, Advice));
    }

    /// <summary>Writes the file with which <c>--config</c> repeats the command.</summary>
    /// <param name="text">The text of the file; null for none.</param>
    public void WriteToRepeat(string? text)
    {
        if (text is not null)
        {
            Write(FileToRepeat, text);
        }
    }

    /// <summary>Writes a file atomically.</summary>
    public void Write(string name, string text) => AtomicFile.WriteText(Full(name), text);

    private string Full(string name) => System.IO.Path.Combine(Path, name);

    private static bool IsEmpty(string folder) => Directory.EnumerateFileSystemEntries(folder).All(RunLock.IsOwn);

    private static string Unused(string path)
    {
        var candidate = path;
        for (var i = 2; System.IO.Path.Exists(candidate); i++)
        {
            candidate = string.Create(CultureInfo.InvariantCulture, $"{path}-{i}");
        }

        return candidate;
    }
}
