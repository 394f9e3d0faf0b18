using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using SuParDsl.Lab.Runs;

namespace SuParDsl.Lab.Tests.Runs;

public sealed class EventFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    // RFC 3720, B.4: the CRC-32C of "123456789" is E3069283.
    public void The_checksum_is_the_masked_Castagnoli_one() =>
        Assert.Equal(unchecked(((0xE3069283u >> 15) | (0xE3069283u << 17)) + 0xa282ead8u), EventFile.MaskedChecksum("123456789"u8));

    [Fact]
    public void Every_scalar_of_a_run_is_in_its_event_file()
    {
        var data = folder.Write("text.txt", SmallText.Sentences);
        Assert.Equal(0, CommandLine.Run(
            ["train", .. SmallText.Sizes, "--steps", "4", "--eval-every", "2", "--eval-batches", "1", "--sample-length", "0", "--data", data, "--out", folder["run"]]).Code);
        var events = Read(Directory.GetFiles(folder["run"], "events.out.tfevents.*").Single());
        Assert.Equal("brain.Event:2", events[0].Version);
        Assert.Equal(events.Select(static e => e.Time).Order(), events.Select(static e => e.Time));
        Assert.InRange(events[0].Time, DateTimeOffset.UtcNow.AddMinutes(-10).ToUnixTimeSeconds(), DateTimeOffset.UtcNow.AddMinutes(1).ToUnixTimeSeconds());

        var rows = File.ReadLines(Path.Combine(folder["run"], "metrics.csv")).Skip(1).Select(static line => line.Split(',')).ToList();
        foreach (var (column, tag) in new[] { (1, "loss/train"), (2, "loss/validation"), (3, "learning_rate"), (4, "gradient_norm"), (5, "units_per_second") })
        {
            var expected = rows.Where(row => row[column].Length > 0)
                .Select(row => (long.Parse(row[0], CultureInfo.InvariantCulture), Math.Round(float.Parse(row[column], CultureInfo.InvariantCulture), column == 5 ? 0 : 5)));
            Assert.Equal(expected, events.Where(e => e.Values.ContainsKey(tag)).Select(e => (e.Step, Math.Round(e.Values[tag], column == 5 ? 0 : 5))));
        }
    }

    // A reader of its own: TFRecord's frames with both checksums, bit by bit, and protobuf's fields.
    private static List<(double Time, long Step, string? Version, Dictionary<string, float> Values)> Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var events = new List<(double, long, string?, Dictionary<string, float>)>();
        for (var at = 0; at < bytes.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));
            Assert.Equal(Masked(bytes.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8)));
            var data = bytes[(at + 12)..(at + 12 + length)];
            Assert.Equal(Masked(data), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 12 + length)));
            at += 12 + length + 4;

            var fields = Fields(data);
            var values = fields.Where(static f => f.Number == 5).SelectMany(static f => Fields(f.Data)).Select(static value => Fields(value.Data))
                .ToDictionary(static v => Encoding.UTF8.GetString(v[0].Data), static v => BitConverter.ToSingle(v[1].Data));
            events.Add((
                BitConverter.ToDouble(fields[0].Data),
                fields.Where(static f => f.Number == 2).Select(static f => BitConverter.ToInt64(f.Data)).FirstOrDefault(),
                fields.Where(static f => f.Number == 3).Select(static f => Encoding.UTF8.GetString(f.Data)).FirstOrDefault(),
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
