#!/usr/bin/env bash
# Parquet.Net 6.1.0, reading a file of ParquetSharp 25.0.1.2.
# One expects Parquet.Net's serializer to read a column of lists that another library has written.
# Every row's list is null, without an error: the file calls the elements "item" where Parquet.Net writes "element".
source "$(dirname "$0")/common.sh"

finding 'file of Parquet.Net, list elements called element: [1 2], [3]
file of ParquetSharp, list elements called item: null, null' \
  Parquet.Net@6.1.0 ParquetSharp@25.0.1.2 <<'CS'
using Parquet.Serialization;
using ParquetSharp;

using (var writer = new ParquetFileWriter("lists.parquet", [new Column<int[]>("Ids")]))
{
    using var group = writer.AppendRowGroup();
    using (var column = group.NextColumn().LogicalWriter<int[]>()) column.WriteBatch([[1, 2], [3]]);
    writer.Close();
}

await using (var own = File.Create("own.parquet")) await ParquetSerializer.SerializeAsync<Row>([new() { Ids = [1, 2] }, new() { Ids = [3] }], own);
foreach (var (library, path) in new[] { ("Parquet.Net", "own.parquet"), ("ParquetSharp", "lists.parquet") })
{
    string name;
    await using var file = File.OpenRead(path);
    await using (var reader = await Parquet.ParquetReader.CreateAsync(file)) name = reader.Schema.DataFields[0].Path.ToList()[^1];
    file.Position = 0;
    var rows = await ParquetSerializer.DeserializeAsync<Row>(file);
    var lists = rows.Data.Select(row => row.Ids is null ? "null" : $"[{string.Join(' ', row.Ids)}]");
    Console.WriteLine($"file of {library}, list elements called {name}: {string.Join(", ", lists)}");
}

class Row
{
    public List<int>? Ids { get; set; }
}
CS
