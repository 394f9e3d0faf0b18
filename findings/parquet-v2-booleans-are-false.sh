#!/usr/bin/env bash
# Parquet.Net 6.1.0, reading a file of ParquetSharp 25.0.1.2.
# One expects a boolean column to have the values that were written, whichever version of data pages the file has.
# From version 2 pages every value is read as false, without an error. From version 1 pages the values are right.
source "$(dirname "$0")/common.sh"

finding 'version 1: 16667 written as true, 16667 read as true
version 2: 16667 written as true, 0 read as true' \
  Parquet.Net@6.1.0 ParquetSharp@25.0.1.2 <<'CS'
using Parquet;
using ParquetSharp;

var flags = Enumerable.Range(0, 50_000).Select(i => i % 3 == 0).ToArray();
foreach (var version in new[] { 1, 2 })
{
    var builder = new WriterPropertiesBuilder();
    if (version == 2) builder.DataPageVersion(ParquetDataPageVersion.V2);
    using (var properties = builder.Build())
    using (var writer = new ParquetFileWriter("flags.parquet", [new Column<bool>("flag")], properties))
    {
        using var group = writer.AppendRowGroup();
        using (var column = group.NextColumn().LogicalWriter<bool>()) column.WriteBatch(flags);
        writer.Close();
    }

    await using var file = File.OpenRead("flags.parquet");
    await using var reader = await Parquet.ParquetReader.CreateAsync(file);
    var read = new bool[flags.Length];
    using var groupReader = reader.OpenRowGroupReader(0);
    await groupReader.ReadAsync<bool>(reader.Schema.DataFields[0], read.AsMemory());
    Console.WriteLine($"version {version}: {flags.Count(flag => flag)} written as true, {read.Count(flag => flag)} read as true");
}
CS
