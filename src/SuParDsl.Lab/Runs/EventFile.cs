using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using Google.Protobuf;

namespace SuParDsl.Lab.Runs;

/// <summary>
/// A TensorBoard event file: TFRecords (length, its checksum, data, its checksum) that each hold an <c>Event</c> message. Of the
/// schema only what scalars need is written: Event { wall_time = 1, step = 2, file_version = 3, summary = 5 },
/// Summary { value = 1 } and Value { tag = 1, simple_value = 2 }.
/// </summary>
internal sealed class EventFile : IDisposable
{
    private readonly FileStream stream;

    private EventFile(FileStream stream) => this.stream = stream;

    /// <summary>Begins a file in a folder.</summary>
    public static EventFile Create(string folder, DateTimeOffset now)
    {
        // TensorBoard knows event files by "tfevents", and reads several in one folder by the order of their times.
        // The part of a second tells those apart that one process begins in one second.
        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"events.out.tfevents.{now.ToUnixTimeSeconds():D10}.supardsl.{Environment.ProcessId}.{now.Ticks % TimeSpan.TicksPerSecond:D7}");
        var file = new EventFile(new FileStream(Path.Combine(folder, name), FileMode.CreateNew, FileAccess.Write, FileShare.Read));
        file.Record(Message(output =>
        {
            Time(output, now);
            output.WriteTag(3, WireFormat.WireType.LengthDelimited);
            output.WriteString("brain.Event:2");
        }));
        return file;
    }

    /// <summary>Adds values at a step.</summary>
    /// <param name="now">When they were measured.</param>
    /// <param name="step">The step.</param>
    /// <param name="values">Names and values.</param>
    public void Add(DateTimeOffset now, long step, params (string Tag, double Value)[] values) => Record(Message(output =>
    {
        Time(output, now);
        output.WriteTag(2, WireFormat.WireType.Varint);
        output.WriteInt64(step);
        output.WriteTag(5, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(Message(summary =>
        {
            foreach (var (tag, value) in values)
            {
                summary.WriteTag(1, WireFormat.WireType.LengthDelimited);
                summary.WriteBytes(Message(entry =>
                {
                    entry.WriteTag(1, WireFormat.WireType.LengthDelimited);
                    entry.WriteString(tag);
                    entry.WriteTag(2, WireFormat.WireType.Fixed32);
                    entry.WriteFloat((float)value);
                }));
            }
        }));
    }));

    /// <summary>Hands everything so far to readers.</summary>
    public void Flush() => stream.Flush();

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    /// <summary>The CRC-32C of some bytes in TFRecord's masked form.</summary>
    internal static uint MaskedChecksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return BitOperations.RotateRight(~crc, 15) + 0xa282ead8;
    }

    private static ByteString Message(Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes))
        {
            write(output);
        }

        return UnsafeByteOperations.UnsafeWrap(bytes.ToArray());
    }

    private static void Time(CodedOutputStream output, DateTimeOffset now)
    {
        output.WriteTag(1, WireFormat.WireType.Fixed64);
        output.WriteDouble(now.ToUnixTimeMilliseconds() / 1000.0);
    }

    private void Record(ByteString data)
    {
        Span<byte> header = stackalloc byte[12];
        BinaryPrimitives.WriteInt64LittleEndian(header, data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], MaskedChecksum(header[..8]));
        Span<byte> footer = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(footer, MaskedChecksum(data.Span));
        stream.Write(header);
        stream.Write(data.Span);
        stream.Write(footer);
    }
}
