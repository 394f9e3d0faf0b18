using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Google.Protobuf;

namespace SuParDsl.Lab.Tests.Runs;

/// <summary>
/// An independent reader of event files: TFRecord's frames with both checksums, bit by bit, and protobuf's fields.
/// </summary>
internal static class EventReader
{
    /// <summary>
    /// The curve that TensorBoard's reader shows for a folder. A second start of a session drops the steps from its own
    /// step on.
    /// </summary>
    public static List<(long Step, float Value)> Curve(string folder, string tag)
    {
        var curve = new List<(long Step, float Value)>();
        var starts = 0;
        foreach (var e in Files(folder).SelectMany(Read))
        {
            if (e.IsStart && ++starts > 1)
            {
                curve.RemoveAll(point => point.Step >= e.Step);
            }

            if (e.Values.TryGetValue(tag, out var value))
            {
                curve.Add((e.Step, value));
            }
        }

        return curve;
    }

    /// <summary>Checks that a folder's event files have the values of its metrics, each step once and in order.</summary>
    public static void AssertMetrics(string folder)
    {
        var rows = File.ReadLines(Path.Combine(folder, "metrics.csv")).Skip(1).Select(static line => line.Split(',')).ToList();
        foreach (var (column, tag) in new[] { (1, "loss/train"), (2, "loss/validation") })
        {
            var expected = rows.Where(row => row[column].Length > 0)
                .Select(row => (
                    long.Parse(row[0], CultureInfo.InvariantCulture),
                    float.Parse(row[column], CultureInfo.InvariantCulture)))
                .ToList();
            // Nine digits and single precision both round.
            Assert.Equal(
                expected,
                Curve(folder, tag),
                static (a, b) => a.Item1 == b.Item1 && Math.Abs(a.Item2 - b.Item2) <= 2e-7 * Math.Abs(a.Item2));

            // This also holds for readers that ignore session starts.
            Assert.Equal(
                expected.Select(static point => point.Item1),
                Files(folder).SelectMany(Read).Where(e => e.Values.ContainsKey(tag)).Select(static e => e.Step));
        }
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.GetFiles(folder, "events.out.tfevents.*").Order(StringComparer.Ordinal);

    public static List<(double Time, long Step, string? Version, bool IsStart, Dictionary<string, float> Values)> Read(
        string path)
    {
        var bytes = File.ReadAllBytes(path);
        var events = new List<(double, long, string?, bool, Dictionary<string, float>)>();
        for (var at = 0; at < bytes.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));
            Assert.Equal(Masked(bytes.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8)));
            var data = bytes[(at + 12)..(at + 12 + length)];
            Assert.Equal(Masked(data), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 12 + length)));
            at += 12 + length + 4;

            var fields = Fields(data);
            var values = fields.Where(static f => f.Number == 5)
                .SelectMany(static f => Fields(f.Data))
                .Select(static value => Fields(value.Data))
                .ToDictionary(static v => Encoding.UTF8.GetString(v[0].Data), static v => BitConverter.ToSingle(v[1].Data));
            events.Add((
                BitConverter.ToDouble(fields[0].Data),
                fields.Where(static f => f.Number == 2).Select(static f => BitConverter.ToInt64(f.Data)).FirstOrDefault(),
                fields.Where(static f => f.Number == 3).Select(static f => Encoding.UTF8.GetString(f.Data)).FirstOrDefault(),
                fields.Where(static f => f.Number == 7)
                    .SelectMany(static f => Fields(f.Data))
                    .Any(static f => f.Number == 1 && f.Data[0] == 1),
                values));
        }

        return events;
    }

    private static uint Masked(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0x82F63B78;
            }
        }

        crc = ~crc;
        return unchecked(((crc >> 15) | (crc << 17)) + 0xa282ead8);
    }

    private static List<(int Number, byte[] Data)> Fields(byte[] message)
    {
        var fields = new List<(int, byte[])>();
        var input = new CodedInputStream(message);
        while (input.ReadTag() is not 0 and var tag)
        {
            fields.Add((WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.Varint => BitConverter.GetBytes(input.ReadInt64()),
                WireFormat.WireType.Fixed64 => BitConverter.GetBytes(input.ReadDouble()),
                WireFormat.WireType.Fixed32 => BitConverter.GetBytes(input.ReadFloat()),
                WireFormat.WireType.LengthDelimited => input.ReadBytes().ToByteArray(),
                _ => throw new InvalidDataException($"tag {tag}"),
            }));
        }

        return fields;
    }
}
