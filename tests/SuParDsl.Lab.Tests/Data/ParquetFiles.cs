using System.Reflection;
using ParquetSharp;

namespace SuParDsl.Lab.Tests.Data;

/// <summary>Writes small Parquet files.</summary>
internal static class ParquetFiles
{
    /// <summary>Writes columns of any type that ParquetSharp maps, in two row groups if there are enough rows.</summary>
    public static string Write(string path, int version, params (string Name, Array Values)[] columns)
    {
        using var builder = new WriterPropertiesBuilder();
        builder.DataPagesize(2048)
            .DataPageVersion(version == 2 ? ParquetDataPageVersion.V2 : ParquetDataPageVersion.V1)
            .Compression(Compression.Zstd);
        using var properties = builder.Build();
        using var writer = new ParquetFileWriter(
            path,
            [.. columns.Select(static column => new Column(column.Values.GetType().GetElementType()!, column.Name))], properties);
        var rows = columns[0].Values.Length;
        var first = rows > 1000 ? rows / 3 : rows;
        foreach (var (from, count) in new[] { (0, first), (first, rows - first) }.Where(static part => part.Item2 > 0))
        {
            using var group = writer.AppendRowGroup();
            foreach (var (_, values) in columns)
            {
                typeof(ParquetFiles).GetMethod(nameof(Column), BindingFlags.NonPublic | BindingFlags.Static)!
                    .MakeGenericMethod(values.GetType().GetElementType()!).Invoke(null, [group, values, from, count]);
            }
        }

        writer.Close();
        return path;
    }

    private static void Column<T>(RowGroupWriter group, T[] values, int from, int count)
    {
        using var column = group.NextColumn().LogicalWriter<T>();
        column.WriteBatch(values.AsSpan(from, count));
    }
}
