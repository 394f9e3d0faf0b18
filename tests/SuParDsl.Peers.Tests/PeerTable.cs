using System.Collections.Concurrent;
using System.Text.Json;

namespace SuParDsl.Peers.Tests;

/// <summary>The numbers of one area, from a file of the folder Tables.</summary>
/// <param name="Area">The subject of the numbers.</param>
/// <param name="About">The meaning of the inputs and the expected numbers.</param>
/// <param name="Sources">The sources, by the names that rows use.</param>
/// <param name="Rows">The facts.</param>
internal sealed record PeerTable(string Area, string About, Dictionary<string, PeerSource> Sources, PeerRow[] Rows)
{
    private static readonly JsonSerializerOptions Options =
        new(JsonSerializerDefaults.Web) { RespectRequiredConstructorParameters = true };
    private static readonly ConcurrentDictionary<string, PeerTable> Tables = [];

    /// <summary>The names of all tables except that of the differences.</summary>
    public static IEnumerable<string> Areas => Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Tables"), "*.json")
        .Select(static file => Path.GetFileNameWithoutExtension(file))
        .Where(static name => name != Differences)
        .Order(StringComparer.Ordinal);

    /// <summary>The name of the table of differences.</summary>
    public const string Differences = "differences";

    /// <summary>A table by its name.</summary>
    public static PeerTable Of(string name) => Tables.GetOrAdd(name, static name => JsonSerializer.Deserialize<PeerTable>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Tables", name + ".json")), Options)!);

    /// <summary>The rows' names, for a theory over them.</summary>
    public static TheoryData<string> Names(string table) => [.. Of(table).Rows.Select(static row => row.Name)];

    /// <summary>Compares our numbers for a row with the peer's.</summary>
    public void Check(string row, Func<PeerRow, double[]> here)
    {
        var found = this[row];
        found.Check(Sources[found.Source], here(found));
    }

    /// <summary>A row by its name.</summary>
    public PeerRow this[string name] => Rows.Single(row => row.Name == name);
}
