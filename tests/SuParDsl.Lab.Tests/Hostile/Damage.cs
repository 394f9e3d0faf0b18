using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using SuParDsl.Lab.Tests.Checkpoints;

namespace SuParDsl.Lab.Tests.Hostile;

/// <summary>Ways to damage a file, by chance and by intent. The same random numbers do the same damage.</summary>
internal static class Damage
{
    private const int Deep = 20_000;

    private static readonly long[] Absurd =
    [
        -1, 0, 1, 255, 65_535, int.MaxValue, 1L + int.MaxValue, uint.MaxValue, 1L << 62, (1L << 61) + 1, long.MaxValue,
        long.MinValue, 0x7FFF_FFFF_7FFF_FFFF,
    ];

    // Raw JSON that replaces a value or a name. Some of it is not valid.
    private static readonly byte[][] Values =
    [
        .. new[]
        {
            "null", "true", "0", "-1", "1", "1.5", "1e308", "1e999", "257", "2147483647", "2147483648", "4611686018427387904",
            "9223372036854775807",
            "18446744073709551616", "\"\"", "\"NaN\"", "\"-1\"", "\"../../../../etc/passwd\"", "\"/etc/passwd\"", "\"a\\u0000b\"",
            "\"\\u001b[2J\\n\"", "\"\\ud800\"", "[]", "{}", "[null]", "{\"\":null}", "{\"a\":{}}", "[0,0]", "[-4,4]",
            "[4294967296,4294967296]", "[9223372036854775807,2]", new string('[', Deep) + new string(']', Deep),
            new string('[', Deep), $"\"{new string('x', Deep)}\"", "[" + string.Join(',', Enumerable.Repeat("0", Deep)) + "]",
        }.Select(Encoding.UTF8.GetBytes),
        [(byte)'"', 0xFF, 0xC0, (byte)'"'],
    ];

    /// <summary>Damages a file according to its format, one to three times.</summary>
    public static byte[] File(Random random, string name, byte[] bytes)
    {
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            bytes = Path.GetExtension(name) switch
            {
                ".json" when random.Next(4) > 0 => Json(random, bytes),
                ".safetensors" when random.Next(4) > 0 => Safetensors(random, bytes),
                ".gz" when random.Next(4) > 0 => Compressed(random, bytes),
                _ => Bytes(random, bytes),
            };
        }

        return bytes;
    }

    private static byte[] Bytes(Random random, byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return [(byte)random.Next(256)];
        }

        // Headers are at the start.
        var at = random.Next(random.Next(2) == 0 ? Math.Min(bytes.Length, 32) : bytes.Length);
        var length = random.Next(Math.Min(bytes.Length - at, 64)) + 1;
        byte[] copy = [.. bytes];
        switch (random.Next(7))
        {
            case 0:
                return copy[..at];
            case 1:
                copy[at] ^= (byte)(1 << random.Next(8));
                return copy;
            case 2:
                random.NextBytes(copy.AsSpan(at, length));
                return copy;
            case 3:
                return [.. copy[..at], .. copy[(at + length)..]];
            case 4:
                return [.. copy[..(at + length)], .. copy[at..]];
            case 5:
                return [.. copy, .. copy[..length]];
            default:
                Span<byte> number = stackalloc byte[sizeof(long)];
                var value = Absurd[random.Next(Absurd.Length)];
                if (random.Next(2) == 0)
                {
                    BinaryPrimitives.WriteInt64LittleEndian(number, value);
                }
                else
                {
                    BinaryPrimitives.WriteInt64BigEndian(number, value);
                }

                number[..Math.Min(sizeof(long), copy.Length - at)].CopyTo(copy.AsSpan(at));
                return copy;
        }
    }

    private static byte[] Json(Random random, byte[] json)
    {
        var places = Places(json);
        if (places.Count == 0)
        {
            return Bytes(random, json);
        }

        var (start, end, isName) = places[random.Next(places.Count)];
        var old = json[start..end];
        byte[] now = random.Next(6) switch
        {
            0 when isName => [.. old, .. ":null,"u8, .. old],
            1 => places[random.Next(places.Count)] is var other ? json[other.Start..other.End] : [],
            _ => Values[random.Next(Values.Length)],
        };
        return [.. json[..start], .. now, .. json[end..]];
    }

    private static byte[] Safetensors(Random random, byte[] bytes)
    {
        if (bytes.Length < sizeof(long) || BinaryPrimitives.ReadInt64LittleEndian(bytes) is var length
            && (length < 0 || length > bytes.Length - sizeof(long)))
        {
            return Bytes(random, bytes);
        }

        var (header, data) = (bytes[sizeof(long)..(int)(sizeof(long) + length)], bytes[(int)(sizeof(long) + length)..]);
        return random.Next(3) == 0
            ? SafetensorsBytes.Of(header, Bytes(random, data))
            : SafetensorsBytes.Of(Json(random, header), data);
    }

    private static byte[] Compressed(Random random, byte[] bytes)
    {
        using var content = new MemoryStream();
        try
        {
            using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
            gzip.CopyTo(content);
        }
        catch (InvalidDataException)
        {
            return Bytes(random, bytes);
        }

        using var damaged = new MemoryStream();
        using (var gzip = new GZipStream(damaged, CompressionLevel.Fastest))
        {
            gzip.Write(Bytes(random, content.ToArray()));
        }

        return damaged.ToArray();
    }

    /// <summary>The positions of the names and values of a JSON text, as far as it is valid.</summary>
    private static List<(int Start, int End, bool IsName)> Places(byte[] json)
    {
        List<(int, int, bool)> places = [];
        var reader = new Utf8JsonReader(json);
        try
        {
            while (reader.Read())
            {
                var start = (int)reader.TokenStartIndex;
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                {
                    var whole = reader;
                    whole.Skip();
                    places.Add((start, (int)whole.BytesConsumed, false));
                }
                else if (reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray))
                {
                    var quotes = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? 2 : 0;
                    places.Add((start, start + reader.ValueSpan.Length + quotes, reader.TokenType == JsonTokenType.PropertyName));
                }
            }
        }
        catch (JsonException)
        {
            // The part before the first damage is enough.
        }

        return places;
    }
}
