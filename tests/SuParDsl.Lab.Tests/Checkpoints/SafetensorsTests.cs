using System.Runtime.InteropServices;
using SuParDsl.Checkpoints;

namespace SuParDsl.Lab.Tests.Checkpoints;

public sealed class SafetensorsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Written_data_are_read_back()
    {
        float[] floats = [1, -2.5f, float.Epsilon, 0, 7, 8];
        long[] longs = [long.MinValue, 3];
        byte[] bytes = [1, 2, 255];
        SafetensorsWriter.Write(
            folder["a.safetensors"],
            [
                new("odd", SafetensorsType.Byte, [3], () => bytes),
                new("matrix", SafetensorsType.Float, [2, 3], () => MemoryMarshal.AsBytes(floats.AsSpan()).ToArray()),
                new("none", SafetensorsType.Float, [0, 4], () => default),
                new("ids", SafetensorsType.Long, [2], () => MemoryMarshal.AsBytes(longs.AsSpan()).ToArray()),
            ],
            new Dictionary<string, string> { ["note"] = "é\n" });
        using var file = SafetensorsReader.Open(folder["a.safetensors"]);
        Assert.Equal(floats, file.ReadFloats("matrix"));
        Assert.Equal(longs, file.ReadLongs("ids"));
        Assert.Equal(bytes, file.ReadBytes("odd"));
        Assert.Empty(file.ReadFloats("none"));
        Assert.Equal<long>([2, 3], file.Entries["matrix"].Shape);
        Assert.Equal("é\n", file.Metadata["note"]);
        Assert.Throws<CheckpointException>(() => file.ReadFloats("ids"));
        Assert.Throws<CheckpointException>(() => file.ReadFloats("absent"));
    }

    [Fact]
    public void A_write_that_fails_leaves_what_was_there()
    {
        folder.Write("a.safetensors", "old");
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(
            folder["a.safetensors"], [new("a", SafetensorsType.Byte, [3], () => new byte[2])], new Dictionary<string, string>()));
        Assert.Equal("old", File.ReadAllText(folder["a.safetensors"]));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, null)]
    [InlineData("""{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}""", 4, null)]
    [InlineData("""{}""", 0, null)]
    [InlineData("""[]""", 0, "not a JSON object")]
    [InlineData("""{"a":""", 0, "not JSON")]
    [InlineData("""{"a":1}""", 0, "needs a dtype")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,8]}}""", 8, "needs a dtype")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "needs a dtype")]
    [InlineData("""{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}""", 8, "needs a dtype")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", 8, "needs a dtype")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "data_offsets of 'a' are 8 to 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,16]}}""", 8, "the file holds 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "does not take the 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "does not take the 0 bytes")]
    [InlineData("""{"a":{"dtype":"Q4","shape":[2],"data_offsets":[0,8]}}""", 8, "the dtype of 'a' is 'Q4'")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}""",
        8, "duplicate name 'a'")]
    [InlineData("""{"a":{"dtype":"U8","shape":[6],"data_offsets":[0,6]},"b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}""",
        8, "overlaps")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}""",
        8, "belong to no tensor")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", 8, "its tensors take 4")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "not an object of strings")]
    [InlineData("""{"__metadata__":{"a":"1","a":"2"}}""", 0, "has 'a' twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"shape":[1],"data_offsets":[0,4]}}""", 4, "has 'shape' twice")]
    public void Headers_are_checked(string header, int dataLength, string? refusal) =>
        Check(SafetensorsBytes.Of(header, dataLength), refusal);

    // Files that broke other readers of the format.
    [Theory]
    [InlineData("a product of sizes that wraps to the right one",
        """{"a":{"dtype":"U8","shape":[9223372036854775807,2,4],"data_offsets":[0,8]}}""", 8, "does not take")]
    [InlineData("a product that wraps with the element's size",
        """{"a":{"dtype":"F64","shape":[2305843009213693953],"data_offsets":[0,8]}}""", 8, "does not take")]
    [InlineData("a product that wraps before a zero",
        """{"a":{"dtype":"F32","shape":[9223372036854775807,9223372036854775807,0],"data_offsets":[0,0]}}""", 0, null)]
    [InlineData("offsets shorter than the shape",
        """{"a":{"dtype":"F32","shape":[1000000],"data_offsets":[0,4]}}""", 4, "does not take the 4 bytes")]
    [InlineData("the end before the begin", """{"a":{"dtype":"U8","shape":[0],"data_offsets":[4,3]}}""", 8, "are 4 to 3")]
    [InlineData("a negative begin", """{"a":{"dtype":"U8","shape":[12],"data_offsets":[-4,8]}}""", 8, "at least 0")]
    [InlineData(
        "a begin of 2^64 - 4", """{"a":{"dtype":"U8","shape":[12],"data_offsets":[18446744073709551612,8]}}""", 8, "at least 0")]
    [InlineData("an end beyond 63 bits",
        """{"a":{"dtype":"U8","shape":[12],"data_offsets":[0,9223372036854775807]}}""", 12, "but the file holds 12 bytes")]
    [InlineData(
        "empty tensors at one offset",
        """{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"b":{"dtype":"F32","shape":[0,7],"data_offsets":[0,0]}}""",
        0, null)]
    [InlineData(
        "an empty tensor inside another",
        """{"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[0],"data_offsets":[4,4]}}""",
        8, "'b' overlaps")]
    [InlineData(
        "one offset for two tensors",
        """{"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}}""",
        8, "overlaps")]
    [InlineData(
        "a name in two spellings",
        """{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\u0061":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""",
        0, "duplicate name 'a'")]
    [InlineData("half a surrogate pair", """{"\ud800":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""", 0, "JSON")]
    [InlineData("a name that moves the cursor",
        """{"\u001b[2J\n":{"dtype":"Q","shape":[0],"data_offsets":[0,0]}}""", 0, @"'\u001B[2J\u000A' is 'Q'")]
    public void Attacks_are_refused(string attack, string header, int dataLength, string? refusal)
    {
        Assert.NotEmpty(attack);
        Check(SafetensorsBytes.Of(header, dataLength), refusal);
    }

    [Fact]
    public void Arrays_in_arrays_without_end_are_refused() =>
        Check(SafetensorsBytes.Of($$"""{"a":{{new string('[', 200_000)}}""", 0), "the header is not JSON");

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, "overlaps another tensor")]
    public void A_hundred_thousand_entries_take_memory_by_the_file(int length, string? refusal)
    {
        var entries = Enumerable.Range(0, 100_000)
            .Select(i => $"\"{i}\":{{\"dtype\":\"U8\",\"shape\":[{length}],\"data_offsets\":[0,{length}]}}");
        var bytes = SafetensorsBytes.Of("{" + string.Join(',', entries) + "}", length);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Check(bytes, refusal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 40L * bytes.Length);
    }

    [Fact]
    public void A_header_longer_than_the_format_allows_is_not_even_read()
    {
        var path = folder.Write("x.safetensors", SafetensorsBytes.Prefix(100_000_001));
        using (var file = File.OpenWrite(path))
        {
            // The file is only a hole, which takes no space on the disk.
            file.SetLength(100_000_100);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains(
            "a header at most 100000000", Assert.Throws<CheckpointException>(() => SafetensorsReader.Open(path)).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(-1L)]
    [InlineData(100_000_001L)]
    [InlineData(3L)]
    public void A_header_longer_than_the_file_is_refused(long length)
    {
        Check([.. SafetensorsBytes.Prefix(length), (byte)'{', (byte)'}'], "the header says");
    }

    [Fact]
    public void A_file_without_a_header_is_refused() => Check([1, 2, 3], "too few for a header");

    [Fact]
    public void Names_that_are_not_utf8_are_refused()
    {
        byte[] json = [.. "{\""u8, 0xFF, .. "\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}"u8];
        Check([.. SafetensorsBytes.Prefix(json.Length), .. json], "JSON");
    }

    private void Check(byte[] bytes, string? refusal)
    {
        var path = folder.Write("x.safetensors", bytes);
        if (refusal is null)
        {
            SafetensorsReader.Open(path).Dispose();
        }
        else
        {
            Assert.Contains(refusal, Assert.Throws<CheckpointException>(() => SafetensorsReader.Open(path)).Message);
        }
    }
}
