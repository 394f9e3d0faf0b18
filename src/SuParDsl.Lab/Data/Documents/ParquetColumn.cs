using System.Runtime.InteropServices;
using System.Text;
using ParquetSharp;
using ParquetSharp.Schema;
using SuParDsl.Lab.Data.TokenFiles;

namespace SuParDsl.Lab.Data.Documents;

/// <summary>
/// Reads a column of a Parquet file: a text in each row, a list of token ids in each row, or one token id in each row. Values are
/// read with their definition and repetition levels, so that the same code is right for required and optional columns.
/// </summary>
internal static class ParquetColumn
{
    private const int Batch = 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private enum Content
    {
        Text,
        Id,
        Ids,
    }

    private readonly record struct Level<T>(T Value, bool IsValue, short Definition, short Repetition);

    /// <summary>Reads the documents of a file.</summary>
    /// <exception cref="UserException">The file is damaged, has no such column, or the column holds something else.</exception>
    public static IEnumerable<Document> Read(string path, string field)
    {
        using var reader = Guarded(path, () =>
        {
            var properties = ReaderProperties.GetDefaultReaderProperties();
            properties.EnableBufferedStream();
            properties.EnablePageChecksumVerification();
            return new ParquetFileReader(path, properties);
        });
        var (index, content, present) = Guarded(path, () => Column(path, field, reader.FileMetaData.Schema));
        var (groups, rows) = Guarded(path, () => (reader.FileMetaData.NumRowGroups, reader.FileMetaData.NumRows));
        long row = 0;
        List<int> stream = [];
        for (var group = 0; group < groups; group++)
        {
            using var rowGroup = Guarded(path, () => reader.RowGroup(group));
            using var column = Guarded(path, () => rowGroup.Column(index));
            if (content == Content.Id)
            {
                stream.AddRange(Guarded(path, () => Numbers(path, column)).Select(id => Id(id, path, field, ++row)));
                continue;
            }

            var documents = content == Content.Text
                ? Texts(path, field, column, row, rows)
                : Lists(path, field, column, row, rows, present);
            foreach (var document in documents)
            {
                row++;
                yield return document;
            }
        }

        if (row != rows)
        {
            throw new UserException($"{path} is damaged: it says that it has {rows} rows, and the column '{field}' has {row}");
        }

        if (content == Content.Id)
        {
            yield return new(null, [.. stream], path, 1) { IsWholeFile = true };
        }
    }

    private static (int Index, Content Content, short Present) Column(string path, string field, SchemaDescriptor schema)
    {
        var columns = Enumerable.Range(0, schema.NumColumns)
            .Select(index => (Index: index, Name: schema.Column(index).Path.ToDotString())).ToList();
        var found = columns.Where(column => column.Name == field || column.Name.StartsWith(field + ".", StringComparison.Ordinal))
            .ToList();
        if (found.Count == 0)
        {
            const int Most = 12;
            var names = columns.Select(static column => column.Name.Split('.')[0]).Distinct().Take(Most);
            throw new UserException(
                $"{path} has no column '{field}': it has {string.Join(", ", names)}; name the one to train on with --field");
        }

        var descriptor = schema.Column(found[0].Index);
        using var logical = descriptor.LogicalType;
        var content = (found.Count, descriptor.MaxRepetitionLevel, descriptor.PhysicalType, logical.Type) switch
        {
            (1, 0, PhysicalType.ByteArray, LogicalTypeEnum.String or LogicalTypeEnum.None or LogicalTypeEnum.Json) =>
                Content.Text,
            (1, 0, PhysicalType.Int32 or PhysicalType.Int64, LogicalTypeEnum.Int or LogicalTypeEnum.None) => Content.Id,
            (1, 1, PhysicalType.Int32 or PhysicalType.Int64, LogicalTypeEnum.Int or LogicalTypeEnum.None) => Content.Ids,
            _ => throw new UserException(
                $"{path}: the column '{field}' holds {Kind(found.Count, descriptor, logical)}; "
                + "it must hold a text, a token id or a list of token ids in each row"),
        };
        using var root = schema.ColumnRoot(found[0].Index);
        return (found[0].Index, content, root.Repetition == Repetition.Optional ? (short)1 : (short)0);
    }

    private static string Kind(int columns, ColumnDescriptor descriptor, LogicalType logical)
    {
        var one = descriptor.PhysicalType == PhysicalType.Boolean ? "booleans"
            : descriptor.PhysicalType is PhysicalType.Float or PhysicalType.Double ? "floating-point numbers"
            : logical.Type is LogicalTypeEnum.String ? "texts"
            : logical.Type is LogicalTypeEnum.None or LogicalTypeEnum.Undefined ? $"values of type {descriptor.PhysicalType}"
            : $"values of type {logical.Type}";
        return columns > 1 ? $"groups of {columns} columns"
            : descriptor.MaxRepetitionLevel == 0 ? one
            : descriptor.MaxRepetitionLevel == 1 ? $"lists of {one}"
            : $"lists of lists of {one}";
    }

    private static IEnumerable<Document> Texts(string path, string field, ColumnReader column, long before, long rows)
    {
        var row = before;
        foreach (var level in Levels(path, (ColumnReader<ByteArray>)column))
        {
            var place = Place(path, ++row);
            yield return level.IsValue
                ? new(Text(level.Value, place, field), null, place, (double)row / rows)
                : throw new UserException($"{place}: the column '{field}' is null; remove the row, or make it an empty text");
        }
    }

    private static IEnumerable<Document> Lists(
        string path, string field, ColumnReader column, long before, long rows, short present)
    {
        var row = before;
        List<int> ids = [];
        foreach (var level in Numbers(path, column))
        {
            if (level.Repetition == 0)
            {
                if (row > before)
                {
                    yield return Ended();
                }

                row++;
            }

            if (level.IsValue || level.Definition > present)
            {
                ids.Add(Id(level, path, field, row));
            }
            else if (level.Definition < present)
            {
                throw new UserException(
                    $"{Place(path, row)}: the column '{field}' is null; remove the row, or make it an empty list");
            }
        }

        if (row > before)
        {
            yield return Ended();
        }

        Document Ended()
        {
            int[] list = [.. ids];
            ids.Clear();
            return new(null, list, Place(path, row), (double)row / rows);
        }
    }

    private static IEnumerable<Level<long>> Numbers(string path, ColumnReader column) => column is ColumnReader<int> narrow
        ? Levels(path, narrow).Select(static level =>
            new Level<long>(level.Value, level.IsValue, level.Definition, level.Repetition))
        : Levels(path, (ColumnReader<long>)column);

    private static IEnumerable<Level<T>> Levels<T>(string path, ColumnReader<T> column) where T : unmanaged
    {
        var (definitions, repetitions, values) = (new short[Batch], new short[Batch], new T[Batch]);
        var most = column.ColumnDescriptor.MaxDefinitionLevel;
        while (Guarded(path, () => column.HasNext))
        {
            var (count, read) = Guarded(path, () =>
            {
                var levels = (int)column.ReadBatch(Batch, definitions, repetitions, values, out var valuesRead);
                return (levels, (int)valuesRead);
            });
            if (count == 0)
            {
                throw new UserException($"{path} is damaged: a page of its column has no values");
            }

            var next = 0;
            for (var i = 0; i < count; i++)
            {
                var isValue = most == 0 || definitions[i] == most;
                if (isValue && next == read)
                {
                    throw new UserException($"{path} is damaged: a page of its column has fewer values than it says");
                }

                yield return new(
                    isValue ? values[next++] : default, isValue, most == 0 ? (short)0 : definitions[i],
                    column.ColumnDescriptor.MaxRepetitionLevel == 0 ? (short)0 : repetitions[i]);
            }
        }
    }

    private static string Text(ByteArray value, string place, string field)
    {
        var bytes = new byte[value.Length];
        if (bytes.Length > 0)
        {
            Marshal.Copy(value.Pointer, bytes, 0, bytes.Length);
        }

        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new UserException(
                $"{place}: the column '{field}' is not UTF-8 text: "
                + $"the byte {e.BytesUnknown?.FirstOrDefault():X2} is invalid at its position");
        }
    }

    private static int Id(Level<long> level, string path, string field, long row) =>
        level is { IsValue: true, Value: >= 0 and < IdSurvey.MostTokens }
            ? (int)level.Value
            : throw new UserException(
                $"{Place(path, row)}: the column '{field}' has {(level.IsValue ? $"the id {level.Value}" : "a null")}; "
                + $"a token id must be 0 to {IdSurvey.MostTokens - 1}");

    private static string Place(string path, long row) => $"{path}, row {row}";

    // The library reports damage by several kinds of exceptions, and its messages may have several lines.
    private static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not (UserException or OutOfMemoryException))
        {
            throw new UserException($"{path} is damaged, or not a Parquet file: {e.Message.Split('\n')[0].Trim()}");
        }
    }
}
