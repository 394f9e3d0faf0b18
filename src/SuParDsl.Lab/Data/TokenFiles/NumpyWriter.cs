using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace SuParDsl.Lab.Data.TokenFiles;

/// <summary>
/// Writes token ids as a NumPy array of one axis. Its header says their type and number, so that the file may have any length and
/// <c>numpy.load</c> reads it.
/// </summary>
internal sealed class NumpyWriter : IDisposable
{
    private const int HeaderBytes = 128;

    private readonly FileStream file;
    private readonly int width;
    private readonly byte[] buffer = new byte[1 << 16];
    private int filled;

    /// <param name="path">The file to create.</param>
    /// <param name="vocabulary">The number of different ids: up to 65,536 of them take 2 bytes each, and more take 4.</param>
    public NumpyWriter(string path, int vocabulary)
    {
        width = vocabulary <= 1 << 16 ? 2 : 4;
        file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        file.Write(new byte[HeaderBytes]);
    }

    /// <summary>The number of ids that have been written.</summary>
    public long Count { get; private set; }

    /// <summary>Appends ids.</summary>
    public void Add(ReadOnlySpan<int> ids)
    {
        foreach (var id in ids)
        {
            if (filled == buffer.Length)
            {
                Flush();
            }

            if (width == 2)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(buffer.AsSpan(filled), (ushort)id);
            }
            else
            {
                BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(filled), id);
            }

            filled += width;
        }

        Count += ids.Length;
    }

    /// <summary>Writes the header with the final number of ids, and flushes the file to the disk.</summary>
    public void Complete()
    {
        Flush();
        file.Position = 0;
        file.Write(Header(width, Count));
        file.Flush(flushToDisk: true);
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    /// <summary>The header of a file, which takes 128 bytes.</summary>
    /// <param name="width">The number of bytes of an id.</param>
    /// <param name="count">The number of ids.</param>
    internal static byte[] Header(int width, long count)
    {
        const int Begin = 10;
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{{'descr': '<{(width == 2 ? "u2" : "u4")}', 'fortran_order': False, 'shape': ({count},), }}");
        return
        [
            0x93, .. "NUMPY"u8, 1, 0, HeaderBytes - Begin, 0,
            .. Encoding.ASCII.GetBytes(text.PadRight(HeaderBytes - Begin - 1) + "\n"),
        ];
    }

    private void Flush()
    {
        file.Write(buffer, 0, filled);
        filled = 0;
    }
}
