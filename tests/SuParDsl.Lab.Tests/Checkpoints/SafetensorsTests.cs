using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace SuParDsl.Lab.Tests.Checkpoints;

public sealed class SafetensorsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_written_is_read()
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
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}""", 8, "stands twice")]
    [InlineData("""{"a":{"dtype":"U8","shape":[6],"data_offsets":[0,6]},"b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}""", 8, "overlaps")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}""", 8, "belong to no tensor")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", 8, "its tensors take 4")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "not an object of strings")]
    public void Headers_are_checked(string header, int dataLength, string? refusal)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, json.Length);
        Check([.. prefix, .. json, .. new byte[dataLength]], refusal);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(-1L)]
    [InlineData(100_000_001L)]
    [InlineData(3L)]
    public void A_header_longer_than_the_file_is_refused(long length)
    {
        var prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, length);
        Check([.. prefix, (byte)'{', (byte)'}'], "the header says");
    }

    [Fact]
    public void A_file_without_a_header_is_refused() => Check([1, 2, 3], "too few for a header");

    [Fact]
    public void Names_that_are_not_utf8_are_refused()
    {
        byte[] json = [.. "{\""u8, 0xFF, .. "\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}"u8];
        var prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, json.Length);
        Check([.. prefix, .. json], "JSON");
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
