using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SuParDsl;

/// <summary>What a checkpoint keeps of the model's table: the rule, and each tensor's role, density and multipliers under Adam.</summary>
internal static class SavedTable
{
    /// <summary>Its name among the metadata.</summary>
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

    /// <summary>A table as text, its tensors under their names in the checkpoint.</summary>
    public static string Of(MuTable table, Func<string, string> rename) => JsonSerializer.Serialize(Noted(table, rename), Options);

    /// <summary>Refuses a checkpoint with another table, naming the tensors whose multipliers differ.</summary>
    /// <param name="path">The checkpoint.</param>
    /// <param name="text">Its table.</param>
    /// <param name="table">The model's.</param>
    /// <param name="names">The checkpoint's name of each tensor that counts, by the model's.</param>
    /// <exception cref="CheckpointException">The tables differ, or the text is none.</exception>
    public static void RequireSame(string path, string text, MuTable table, IReadOnlyDictionary<string, string> names) =>
        RequireSame(path, Read(path, text), table, names);

    /// <summary>Refuses weights from a model with another table, naming the tensors whose multipliers differ.</summary>
    /// <param name="source">The other model.</param>
    /// <param name="theirs">Its table.</param>
    /// <param name="table">The model's.</param>
    /// <exception cref="CheckpointException">The tables differ.</exception>
    public static void RequireSame(string source, MuTable theirs, MuTable table) =>
        RequireSame(source, Noted(theirs, static name => name), table, table.Rows.ToDictionary(static row => row.Name, static row => row.Name));

    /// <summary>The density of a tensor in a checkpoint's table; null where it is not there.</summary>
    /// <param name="path">The checkpoint.</param>
    /// <param name="text">Its table.</param>
    /// <param name="name">The tensor's name in the checkpoint.</param>
    /// <exception cref="CheckpointException">The text is no table.</exception>
    public static double? DensityOf(string path, string text, string name) => Read(path, text).Tensors.GetValueOrDefault(name)?.Density;

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
        var rules = theirs.Rule == ours.Rule ? $"both under {ours.Rule}" : $"under {theirs.Rule}, this model is under {ours.Rule}";
        var named = differences.Count == 0 ? string.Empty : ": " + string.Join("; ", differences.Take(Shown));
        var others = differences.Count > Shown ? $"; {differences.Count - Shown} other tensors" : string.Empty;
        throw new CheckpointException(
            $"{path} was trained with other multipliers than this {table.Model} has, {rules}{named}{others}; "
            + "give anyTable: true to take its weights alone");
    }

    private static string? Difference(string name, Multipliers theirs, Multipliers ours)
    {
        var different = Quantities.Where(quantity => !Same(quantity.Of(theirs), quantity.Of(ours)))
            .Select(quantity => $"{quantity.Name} {Number(quantity.Of(theirs))} there, {Number(quantity.Of(ours))} here").ToList();
        return different.Count == 0 ? null : $"{name} has {string.Join(", ", different)}";
    }

    private static bool Same(double? a, double? b) =>
        a is { } x && b is { } y ? Math.Abs(x - y) <= Tolerance * Math.Max(Math.Abs(x), Math.Abs(y)) : a is null && b is null;

    private static string Number(double? value) => value?.ToString("G6", CultureInfo.InvariantCulture) ?? "none";

    private static Table Read(string path, string text)
    {
        try
        {
            return JsonSerializer.Deserialize<Table>(text, Options) is { Tensors: not null } table && !table.Tensors.ContainsValue(null!)
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
        static row => new Multipliers(row.Density, row.InitStd, row.LearningRateMultiplier, row.WeightDecayMultiplier, row.EpsilonMultiplier, row.Forward, row.Readout)));

    private sealed record Table(Rule Rule, Dictionary<string, Multipliers> Tensors);

    private sealed record Multipliers(
        double Density, double InitStd, double LearningRate, double Decay, double Epsilon, double Forward, double? Readout);
}
