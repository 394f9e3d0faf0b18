using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using SuParDsl.Checkpoints;
using SuParDsl.Lab.Files;
using SuParDsl.Lab.Runs;

namespace SuParDsl.Lab.Sweeps;

/// <summary>A sweep's folder: its settings, and a file for every finished run. Several processes may write to it.</summary>
internal sealed class SweepFolder
{
    /// <summary>The file with the machine and the commit of the sweep's last part.</summary>
    public const string MachineFile = "machine.json";

    private const string SettingsFile = "sweep.json";
    private const string Runs = "runs";
    private const string Targets = "transfer";
    private const string ChosenFile = "chosen.json";
    private const int MostTries = 100;

    private const string Advice = "name a folder that `sweep` has written";

    private SweepFolder(string path) => Path = path;

    /// <summary>The path of the folder.</summary>
    public string Path { get; }

    /// <summary>Starts a sweep, or continues the one in the folder, also with more values on its axes.</summary>
    /// <exception cref="UserException">
    /// The folder holds something else, or a sweep with other settings or with runs that these settings leave out.
    /// </exception>
    public static SweepFolder Open<TSize>(string path, SweepSettings<TSize> settings) where TSize : class
    {
        var folder = new SweepFolder(path);
        var isNew = !File.Exists(folder.Full(SettingsFile));
        if (isNew)
        {
            RunFolder.Check(path);
        }

        var hasMore = !isNew && folder.RequirePartOf(settings);
        Directory.CreateDirectory(folder.Full(Runs));
        if (isNew || hasMore)
        {
            folder.Write(SettingsFile, settings.ToJson());
        }

        return folder;
    }

    /// <summary>Opens the folder of an existing sweep.</summary>
    /// <exception cref="UserException">The path is not a sweep's folder.</exception>
    public static SweepFolder Existing(string path) => File.Exists(System.IO.Path.Combine(path, SettingsFile))
        ? new(path)
        : throw new UserException($"{path} is not a sweep's folder: it has no {SettingsFile}{FolderKind.But(path)}; {Advice}");

    /// <summary>Reads the sweep's settings.</summary>
    /// <exception cref="UserException">The settings are damaged, or of another example or version.</exception>
    public SweepSettings<TSize> ReadSettings<TSize>() where TSize : class
    {
        RequireVersion<TSize>(Parse(JsonFile.Text(Full(SettingsFile), "a sweep's settings", Advice)));
        var settings = Read<SweepSettings<TSize>>(Full(SettingsFile));
        if (settings.Seeds < 1 || settings.Axes.Values.Any(static values => values is not { Length: > 0 }))
        {
            throw new UserException(
                $"{Full(SettingsFile)} is damaged: every axis needs a value, and seeds must be at least 1 "
                + $"(it is {settings.Seeds})");
        }

        if (settings.ConstantNonZeros)
        {
            settings.RequireConstantNonZeros();
        }

        return settings;
    }

    /// <summary>Copies the finished runs of another folder whose sweep is a part of this one.</summary>
    /// <exception cref="UserException">The other folder holds a sweep with other settings or other runs.</exception>
    public void Merge<TSize>(string other, SweepSettings<TSize> settings) where TSize : class
    {
        var from = Existing(other);
        _ = from.RequirePartOf(settings);
        foreach (var run in from.Finished().Where(run => !Has(run.Point)))
        {
            TakeOver(run, from, run.Point);
        }
    }

    /// <summary>Stores the runs that a search has chosen, so that workers find them.</summary>
    public void Choose(IEnumerable<SweepPoint> points) =>
        Write(ChosenFile, RunJson.Text(new ChosenRuns([.. Chosen().Union(points)])));

    /// <summary>Returns the runs that a search has chosen so far.</summary>
    public IReadOnlyList<SweepPoint> Chosen() => File.Exists(Full(ChosenFile)) ? Read<ChosenRuns>(Full(ChosenFile)).Runs : [];

    /// <summary>Returns whether a run is finished.</summary>
    public bool Has(SweepPoint point) => File.Exists(RunFile(point));

    /// <summary>Prevents other processes from training a run until the lock is disposed.</summary>
    /// <exception cref="UserException">Another process trains it. The message names the folder and the process.</exception>
    public RunLock Lock(SweepPoint point)
    {
        var held = new RunLock();
        held.Take(FolderOf(point));
        return held;
    }

    /// <summary>Creates the folder for a run's metrics, or empties it if a killed worker left files there.</summary>
    public string Begin(SweepPoint point)
    {
        var path = FolderOf(point);
        Empty(path);
        return path;
    }

    /// <summary>
    /// Returns the run folder of a target to which <c>transfer</c> carries the sweep's optimum. What an earlier version or a
    /// killed process has left there without a run's configuration is removed.
    /// </summary>
    /// <param name="point">The target.</param>
    /// <param name="steps">The number of its steps.</param>
    /// <param name="usual">The number of steps of the sweep's runs.</param>
    public string Target(SweepPoint point, int steps, int usual)
    {
        var name = steps == usual ? point.Id : string.Create(CultureInfo.InvariantCulture, $"{point.Id}-steps{steps}");
        var path = System.IO.Path.Combine(Full(Targets), name);
        if (Directory.Exists(path) && !RunFolder.HasRun(path))
        {
            using var held = new RunLock();
            held.Take(path);
            Empty(path);
        }

        return path;
    }

    /// <summary>Stores a finished run.</summary>
    public void Add(SweepRun run) => AtomicFile.WriteText(RunFile(run.Point), RunJson.Text(run));

    /// <summary>Stores a finished run and its files under the name of another run as well.</summary>
    public void AddTwin(SweepRun run, SweepPoint twin) => TakeOver(run, this, twin);

    /// <summary>Reads the finished runs.</summary>
    public IReadOnlyList<SweepRun> Finished() =>
        [.. Directory.EnumerateFiles(Full(Runs), "*.json").Order(StringComparer.Ordinal).Select(Read<SweepRun>)];

    /// <summary>Writes the file with which <c>--config</c> repeats the command.</summary>
    /// <param name="text">The text of the file; null for none.</param>
    public void WriteToRepeat(string? text)
    {
        if (text is not null)
        {
            Write(RunFolder.FileToRepeat, text);
        }
    }

    /// <summary>Writes a file atomically.</summary>
    public void Write(string name, string text) => AtomicFile.WriteText(Full(name), text);

    private void TakeOver(SweepRun run, SweepFolder from, SweepPoint point)
    {
        var files = System.IO.Path.Combine(from.Full(Runs), run.Point.Id);
        if (Directory.Exists(files))
        {
            var copy = Directory.CreateDirectory(Unused()).FullName;
            foreach (var file in Directory.EnumerateFiles(files).Where(static file => !RunLock.IsOwn(file)))
            {
                File.Copy(file, System.IO.Path.Combine(copy, System.IO.Path.GetFileName(file)));
            }

            Put(copy, System.IO.Path.Combine(Full(Runs), point.Id));
        }

        Add(run with { Point = point });
    }

    // Other processes may move the same files there at the same time. The last copy stays, and all copies are equal.
    private void Put(string copy, string place)
    {
        for (var tries = MostTries; Directory.Exists(copy); tries--)
        {
            try
            {
                Remove(place);
                Directory.Move(copy, place);
            }
            catch (IOException) when (tries > 1)
            {
            }
        }
    }

    private void Remove(string place)
    {
        if (Directory.Exists(place))
        {
            var old = Unused();
            Directory.Move(place, old);
            Directory.Delete(old, recursive: true);
        }
    }

    // The name is in the sweep's folder, so that a move stays on one disk and is atomic.
    private string Unused() => Full($".{Guid.NewGuid():N}");

    // Returns whether the settings have runs that the folder's do not.
    private bool RequirePartOf<TSize>(SweepSettings<TSize> settings) where TSize : class
    {
        // Deserialize and serialize again, so that options added after the folder was written get their defaults.
        var there = ReadSettings<TSize>();
        if (there.Refine && !settings.Refine)
        {
            throw new UserException(
                $"{Path} holds a sweep that was refined: add --refine to continue it, or choose another folder with --out");
        }

        if (Difference(there.WithGridOf(settings), settings) is { } other)
        {
            throw new UserException(
                $"{Path} holds a sweep with another {other}: "
                + "give the same settings to continue it, or choose another folder with --out");
        }

        List<SweepPoint> before = [.. there.Refine ? Finished().Select(static run => run.Point) : there.Points()];
        var lost = settings.Without(before).Count;
        return lost == 0
            ? Difference(there, settings) is not null
            : throw new UserException(
                $"{Path} holds a sweep with another {Difference(there, settings)}, "
                + $"which leaves out {lost} of its {before.Count} runs: give its values and any new ones "
                + "(--config with its options.json has them), or choose another folder with --out");

        string? Difference(SweepSettings<TSize> a, SweepSettings<TSize> b) =>
            JsonDifference.Of(Parse(a.ToJson()), Parse(b.ToJson()));
    }

    private void RequireVersion<TSize>(JsonNode? settings) where TSize : class
    {
        int? version = settings is JsonObject known && known["version"] is JsonValue value && value.TryGetValue(out int number)
            ? number
            : null;
        if (version != SweepSettings<TSize>.CurrentVersion)
        {
            throw new UserException(
                $"{Path} is a sweep's folder of version {version?.ToString(CultureInfo.InvariantCulture) ?? "unknown"}, "
                + $"and this program reads version {SweepSettings<TSize>.CurrentVersion}: choose another folder");
        }
    }

    private JsonNode? Parse(string json)
    {
        try
        {
            return JsonNode.Parse(json, documentOptions: new() { AllowDuplicateProperties = false });
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a name is not valid Unicode.
            throw new UserException($"{Full(SettingsFile)} is damaged: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static T Read<T>(string path) where T : class =>
        JsonFile.Read<T>(
            path, RunJson.Options, "a sweep's finished run or settings", "remove it, and its run is trained again",
            "damaged, or of another version");

    private string FolderOf(SweepPoint point) =>
        Directory.CreateDirectory(System.IO.Path.Combine(Full(Runs), point.Id)).FullName;

    private static void Empty(string path)
    {
        foreach (var entry in Directory.EnumerateFileSystemEntries(path).Where(static entry => !RunLock.IsOwn(entry)).ToList())
        {
            if (Directory.Exists(entry))
            {
                Directory.Delete(entry, recursive: true);
            }
            else
            {
                File.Delete(entry);
            }
        }
    }

    private string RunFile(SweepPoint point) => System.IO.Path.Combine(Full(Runs), point.Id + ".json");

    private string Full(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The runs that a search has chosen.</summary>
    private sealed record ChosenRuns(IReadOnlyList<SweepPoint> Runs);
}
