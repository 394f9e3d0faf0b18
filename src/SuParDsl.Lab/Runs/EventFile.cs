using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using Google.Protobuf;

namespace SuParDsl.Lab.Runs;

/// <summary>
/// A TensorBoard event file: TFRecords (length, its checksum, data, its checksum) that each hold an <c>Event</c> message. Only
/// the fields that scalars need are written: Event { wall_time = 1, step = 2, file_version = 3, summary = 5, session_log = 7 },
/// Summary { value = 1 }, Value { tag = 1, simple_value = 2 } and SessionLog { status = 1 }.
/// </summary>
/// <remarks>
/// Every file begins with the start of a session and its first step. TensorBoard then drops the steps of earlier files from that
/// step on. It does not do so for the first start that it sees, but a resumed run's start is the second.
/// </remarks>
internal sealed class EventFile : IDisposable
{
    private const ulong SessionStart = 1;

    private readonly FileStream stream;

    private EventFile(FileStream stream) => this.stream = stream;

    /// <summary>Creates a file in a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="now">The time.</param>
    /// <param name="firstStep">The first step that will be written.</param>
    public static EventFile Create(string folder, DateTimeOffset now, long firstStep)
    {
        var file = new EventFile(
            new FileStream(Path.Combine(folder, NameOf(folder, now)), FileMode.CreateNew, FileAccess.Write, FileShare.Read));
        file.Record(Message(output =>
        {
            Time(output, now);
            output.WriteTag(3, WireFormat.WireType.LengthDelimited);
            output.WriteString("brain.Event:2");
        }));
        file.Record(Message(output =>
        {
            Time(output, now);
            output.WriteTag(2, WireFormat.WireType.Varint);
            output.WriteInt64(firstStep);
            output.WriteTag(7, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(Message(static log =>
            {
                log.WriteTag(1, WireFormat.WireType.Varint);
                log.WriteUInt64(SessionStart);
            }));
        }));
        return file;
    }

    /// <summary>Returns the event files of a folder, in the order in which TensorBoard reads them.</summary>
    public static IEnumerable<string> In(string folder) =>
        Directory.EnumerateFiles(folder, "events.out.tfevents.*.supardsl.*").Order(StringComparer.Ordinal);

    /// <summary>Writes scalars of a step.</summary>
    /// <param name="now">The time at which they were measured.</param>
    /// <param name="step">The step.</param>
    /// <param name="values">The tags and values of the scalars.</param>
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

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    /// <summary>Returns the CRC-32C of some bytes in TFRecord's masked form.</summary>
    internal static uint MaskedChecksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return BitOperations.RotateRight(~crc, 15) + 0xa282ead8;
    }

    // TensorBoard recognizes event files by "tfevents", and reads the files of a folder in the order of their names, which begin
    // with the time. If the clock stands still or was set back, the seconds are counted on from the last file's.
    private static string NameOf(string folder, DateTimeOffset now)
    {
        var last = Path.GetFileName(In(folder).LastOrDefault(string.Empty));
        for (var seconds = now.ToUnixTimeSeconds(); ; seconds++)
        {
            var name = string.Create(CultureInfo.InvariantCulture,
                $"events.out.tfevents.{seconds:D10}.supardsl.{Environment.ProcessId}");
            if (string.CompareOrdinal(name, last) > 0)
            {
                return name;
            }
        }
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

        // Flush each record, so that TensorBoard sees it at once, and so that a killed run can be resumed from a checkpoint with
        // all events up to it.
        stream.Flush();
    }
}
