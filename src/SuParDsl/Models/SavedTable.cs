using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SuParDsl;

/// <summary>The part of a model's table in a checkpoint: the rule, and each tensor's role, density and multipliers under Adam.
/// </summary>
internal static class SavedTable
{
    /// <summary>The key of the table in the checkpoint's metadata.</summary>
    public const string Key = "multipliers";

    private const double Tolerance = 1e-9;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
    };

    private static readonly (string Name, Func<Multipliers, double?> Of)[] Quantities =
    [
        ("density", static row => row.Density), ("init std", static row => row.InitStd), ("LR ×", static row => row.LearningRate),
        ("decay ×", static row => row.Decay), ("ε ×", static row => row.Epsilon), ("forward ×", static row => row.Forward),
        ("readout ×", static row => row.Readout),
    ];

    /// <summary>Writes a table as text, with the names that its tensors have in the checkpoint.</summary>
    public static string Of(MuTable table, Func<string, string> rename) =>
        JsonSerializer.Serialize(Noted(table, rename), Options);

    /// <summary>Throws if a checkpoint has another table, and names the tensors whose multipliers differ.</summary>
    /// <param name="path">The checkpoint.</param>
    /// <param name="text">The checkpoint's table.</param>
    /// <param name="table">The model's table.</param>
    /// <param name="names">The names in the checkpoint of the tensors to compare, by their names in the model.</param>
    /// <exception cref="CheckpointException">The tables differ, or the text is not a table.</exception>
    public static void RequireSame(string path, string text, MuTable table, IReadOnlyDictionary<string, string> names) =>
        RequireSame(path, Read(path, text), table, names);

    /// <summary>Throws if weights come from a model with another table, and names the tensors whose multipliers differ.</summary>
    /// <param name="source">The other model, as messages name it.</param>
    /// <param name="theirs">The other model's table.</param>
    /// <param name="table">This model's table.</param>
    /// <exception cref="CheckpointException">The tables differ.</exception>
    public static void RequireSame(string source, MuTable theirs, MuTable table) =>
        RequireSame(
            source,
            Noted(theirs, static name => name),
            table,
            table.Rows.ToDictionary(static row => row.Name, static row => row.Name));

    /// <summary>The density of a tensor in a checkpoint's table; null if the table does not have the tensor.</summary>
    /// <param name="path">The checkpoint.</param>
    /// <param name="text">The checkpoint's table.</param>
    /// <param name="name">The tensor's name in the checkpoint.</param>
    /// <exception cref="CheckpointException">The text is not a table.</exception>
    public static double? DensityOf(string path, string text, string name) =>
        Read(path, text).Tensors.GetValueOrDefault(name)?.Density;

    private static void RequireSame(string path, Table theirs, MuTable table, IReadOnlyDictionary<string, string> names)
    {
        var ours = Noted(table, static name => name);
        var differences = ours.Tensors.Where(row => names.ContainsKey(row.Key))
            .Select(row => theirs.Tensors.TryGetValue(names[row.Key], out var other)
                ? Difference(row.Key, other, row.Value)
                : $"{names[row.Key]} is not in it")
            .OfType<string>().ToList();
        if (differences.Count == 0 && theirs.Rule == ours.Rule)
        {
            return;
        }

        const int Shown = 3;
        var rules = theirs.Rule == ours.Rule
            ? $"both under {ours.Rule}"
            : $"under {theirs.Rule}, this model is under {ours.Rule}";
        var named = differences.Count == 0 ? string.Empty : ": " + string.Join("; ", differences.Take(Shown));
        var others = differences.Count > Shown ? $"; {differences.Count - Shown} other tensors" : string.Empty;
        throw new CheckpointException(
            $"{path} was trained with other multipliers than this {table.Model} has, {rules}{named}{others}; "
            + "pass anyTable: true to load only its weights");
    }

    private static string? Difference(string name, Multipliers theirs, Multipliers ours)
    {
        var different = Quantities.Where(quantity => !Same(quantity.Of(theirs), quantity.Of(ours)))
            .Select(quantity => $"{quantity.Name} {Number(quantity.Of(theirs))} there, {Number(quantity.Of(ours))} here")
            .ToList();
        return different.Count == 0 ? null : $"{name} has {string.Join(", ", different)}";
    }

    private static bool Same(double? a, double? b) =>
        a is { } x && b is { } y ? Math.Abs(x - y) <= Tolerance * Math.Max(Math.Abs(x), Math.Abs(y)) : a is null && b is null;

    private static string Number(double? value) => value?.ToString("G6", CultureInfo.InvariantCulture) ?? "none";

    private static Table Read(string path, string text)
    {
        try
        {
            return JsonSerializer.Deserialize<Table>(text, Options) is { Tensors: not null } table
                && !table.Tensors.ContainsValue(null!)
                ? table
                : throw new CheckpointException($"the table of multipliers in {path} is damaged: it has no tensors");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new CheckpointException($"the table of multipliers in {path} is damaged: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static Table Noted(MuTable table, Func<string, string> rename) => new(table.Rule, table.Rows.ToDictionary(
        row => rename(row.Name),
        static row => new Multipliers(
            row.Density, row.InitStd, row.LearningRateMultiplier, row.WeightDecayMultiplier, row.EpsilonMultiplier,
            row.Forward, row.Readout)));

    private sealed record Table(Rule Rule, Dictionary<string, Multipliers> Tensors);

    private sealed record Multipliers(
        double Density, double InitStd, double LearningRate, double Decay, double Epsilon, double Forward, double? Readout);
}
