using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;
using SuParDsl.Checkpoints;

namespace SuParDsl.Lab.Runs;

/// <summary>Removes later events from a run's event files when the run goes back to a checkpoint.</summary>
internal static class EventHistory
{
    /// <summary>The tag of the loss on the validation data.</summary>
    public const string Measurement = "loss/validation";

    private const int Head = 12, Tail = 4;

    /// <summary>
    /// Removes the events of later steps from a folder's files, and the incomplete record that a killed process may have left at
    /// the end of a file. A file without remaining values is deleted.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="last">The last step to keep.</param>
    public static void KeepUntil(string folder, long last) => Keep(folder, entry => entry.Step <= last);

    /// <summary>Removes the measurement after a step.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="step">The step.</param>
    public static void DropMeasurement(string folder, long step) =>
        Keep(folder, entry => entry.Step != step || !entry.IsMeasurement);

    private static void Keep(string folder, Predicate<Entry> keeps)
    {
        foreach (var path in EventFile.In(folder).ToList())
        {
            var bytes = File.ReadAllBytes(path);
            var records = Records(bytes).Select(record => (Range: record, Event: Read(bytes.AsSpan(record)))).ToList();
            var kept = records.Where(record => !record.Event.HasValues || keeps(record.Event)).ToList();
            if (!kept.Any(static record => record.Event.HasValues))
            {
                File.Delete(path);
            }
            else if (kept.Count < records.Count || records[^1].Range.End.Value < bytes.Length)
            {
                AtomicFile.Write(path, stream => kept.ForEach(record => stream.Write(bytes.AsSpan(record.Range))));
            }
        }
    }

    // Returns the complete records with their frames, up to the first damaged one.
    private static IEnumerable<Range> Records(byte[] bytes)
    {
        for (var at = 0; bytes.Length - at >= Head + Tail;)
        {
            var length = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at));
            if (length < 0
                || length > bytes.Length - at - Head - Tail
                || !IsSound(bytes, at, 8)
                || !IsSound(bytes, at + Head, (int)length))
            {
                yield break;
            }

            var end = at + Head + (int)length + Tail;
            yield return at..end;
            at = end;
        }
    }

    // The checksum follows the bytes that it covers.
    private static bool IsSound(byte[] bytes, int at, int length) =>
        BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + length)) == EventFile.MaskedChecksum(bytes.AsSpan(at, length));

    private static Entry Read(ReadOnlySpan<byte> record)
    {
        var (step, hasValues) = (0L, false);
        var input = new CodedInputStream(record[Head..^Tail].ToArray());
        while (input.ReadTag() is not 0 and var tag)
        {
            hasValues |= WireFormat.GetTagFieldNumber(tag) == 5;
            if (WireFormat.GetTagFieldNumber(tag) == 2)
            {
                step = input.ReadInt64();
            }
            else
            {
                input.SkipLastField();
            }
        }

        return new(step, hasValues, record.IndexOf(Encoding.UTF8.GetBytes(Measurement)) >= 0);
    }

    private readonly record struct Entry(long Step, bool HasValues, bool IsMeasurement);
}
