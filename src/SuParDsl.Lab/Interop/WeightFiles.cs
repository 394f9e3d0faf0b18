using System.Text.Json;
using SuParDsl.Checkpoints;
using SuParDsl.Lab.Files;

namespace SuParDsl.Lab.Interop;

/// <summary>
/// The tensors of another program's model: <c>model.safetensors</c>, or the files that <c>model.safetensors.index.json</c> lists.
/// </summary>
internal sealed class WeightFiles : IDisposable
{
    public const string Single = "model.safetensors";

    private const string Index = "model.safetensors.index.json";

    private static readonly string[] OtherExtensions =
        [".bin", ".pt", ".pth", ".ckpt", ".gguf", ".safetensors", ".h5", ".msgpack"];

    private readonly List<SafetensorsReader> readers = [];
    private readonly Dictionary<string, (SafetensorsReader Reader, SafetensorsEntry Entry)> tensors = [];

    private WeightFiles(string folder) => Folder = folder;

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The canonical names of the tensors.</summary>
    public IEnumerable<string> Names => tensors.Keys;

    /// <summary>Opens the files of a folder and checks that none is missing.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="canonical">Maps a tensor's name to its canonical name.</param>
    /// <exception cref="UserException">There are no such files, or some are missing.</exception>
    /// <exception cref="CheckpointException">A file is damaged.</exception>
    public static WeightFiles Open(string folder, Func<string, string> canonical)
    {
        var files = new WeightFiles(folder);
        try
        {
            if (File.Exists(Path.Combine(folder, Single)))
            {
                files.Add(Path.Combine(folder, Single), canonical);
            }
            else if (File.Exists(Path.Combine(folder, Index)))
            {
                files.AddAll(Path.Combine(folder, Index), canonical);
            }
            else
            {
                throw new UserException($"{folder} has neither {Single} nor {Index}{Others(folder)}");
            }

            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>A tensor's entry; null if there is none.</summary>
    public SafetensorsEntry? Find(string name) => tensors.TryGetValue(name, out var found) ? found.Entry : null;

    /// <summary>A tensor's entry.</summary>
    /// <exception cref="UserException">There is none.</exception>
    public SafetensorsEntry Require(string name) => Find(name) ?? throw new UserException($"{Folder} has no tensor '{name}'");

    /// <summary>The file that a tensor is in.</summary>
    public string PathOf(string name) => tensors[name].Reader.Path;

    /// <summary>A tensor's values.</summary>
    /// <exception cref="UserException">A value is NaN or infinite.</exception>
    /// <exception cref="CheckpointException">Its type is not that of floats, or it cannot be read.</exception>
    public float[] Read(string name)
    {
        var (reader, entry) = tensors[name];
        var values = reader.Entries.ContainsKey(entry.Name) ? reader.ReadAsFloats(entry.Name) : BitmaskTensor.Read(reader, entry);
        return Array.FindIndex(values, static value => !float.IsFinite(value)) is >= 0 and var at
            ? throw new UserException($"'{entry.Name}' in {reader.Path} is {values[at]} at position {at}: weights must be finite")
            : values;
    }

    /// <inheritdoc/>
    public void Dispose() => readers.ForEach(static reader => reader.Dispose());

    private SafetensorsReader Add(string path, Func<string, string> canonical)
    {
        var reader = SafetensorsReader.Open(path);
        readers.Add(reader);
        var parts = reader.Entries.Keys.Select(BitmaskTensor.NameOf).OfType<string>()
            .ToDictionary(static name => name, name => BitmaskTensor.EntryOf(reader, name));
        var inside = parts.Keys.SelectMany(BitmaskTensor.OtherParts).ToHashSet();
        var entries = reader.Entries.Values
            .Where(entry => BitmaskTensor.NameOf(entry.Name) is null && !inside.Contains(entry.Name));
        foreach (var entry in entries.Concat(parts.Values).OrderBy(static entry => entry.Name, StringComparer.Ordinal))
        {
            var name = canonical(entry.Name);
            if (!tensors.TryAdd(name, (reader, entry)))
            {
                throw new UserException($"'{name}' is in {PathOf(name)} and again in {path}, as '{entry.Name}'");
            }
        }

        return reader;
    }

    private void AddAll(string index, Func<string, string> canonical)
    {
        var places = Places(index);
        string[] names = [.. places.Values.Distinct().Order(StringComparer.Ordinal)];
        string[] missing = [.. names.Where(name => !File.Exists(Path.Combine(Folder, name)))];
        if (missing.Length > 0)
        {
            throw new UserException(
                $"{index} lists {names.Length} files, of which {missing.Length} are missing, such as {missing[0]}: "
                + "download them as well");
        }

        foreach (var name in names)
        {
            var reader = Add(Path.Combine(Folder, name), canonical);
            var listed = places.Where(place => place.Value == name).Select(static place => place.Key).ToHashSet();
            if (listed.FirstOrDefault(tensor => !reader.Entries.ContainsKey(tensor)) is { } absent)
            {
                throw new UserException($"{reader.Path} has no tensor '{absent}', which {index} says is in it");
            }

            var unlisted = reader.Entries.Keys.Order(StringComparer.Ordinal).FirstOrDefault(tensor => !listed.Contains(tensor));
            if (unlisted is not null)
            {
                throw new UserException($"{reader.Path} has a tensor '{unlisted}', which {index} does not list");
            }
        }
    }

    private static Dictionary<string, string> Places(string index)
    {
        var json = ForeignConfig.Json(index, "a list of tensors and their files");
        if (!json.TryGetProperty("weight_map", out var map) || map.ValueKind != JsonValueKind.Object)
        {
            throw new UserException($"{index} is damaged: it has no object weight_map");
        }

        var places = new Dictionary<string, string>();
        foreach (var entry in map.EnumerateObject())
        {
            // Only names of files beside the index, so that it cannot name others.
            var name = entry.Value.ValueKind == JsonValueKind.String ? entry.Value.GetString()! : string.Empty;
            var isPlain = name == Path.GetFileName(name) && name.EndsWith(".safetensors", StringComparison.Ordinal)
                && !name.Any(char.IsControl);
            places.Add(entry.Name, isPlain
                ? name
                : throw new UserException(
                    $"{index} is damaged: the file of '{entry.Name}' must be the name of a .safetensors file beside it"));
        }

        return places.Count > 0 ? places : throw new UserException($"{index} is damaged: its weight_map is empty");
    }

    private static string Others(string folder)
    {
        var others = Directory.EnumerateFiles(folder).Select(static file => Path.GetFileName(file)).Order(StringComparer.Ordinal)
            .FirstOrDefault(static name => OtherExtensions.Contains(Path.GetExtension(name)));
        return others switch
        {
            null => string.Empty,
            _ when others.EndsWith(".safetensors", StringComparison.Ordinal) =>
                $"; it has {others}: a part of a set needs its index, and a single file must be named {Single}",
            _ => $"; it has {others}: save the model as safetensors first",
        };
    }
}
