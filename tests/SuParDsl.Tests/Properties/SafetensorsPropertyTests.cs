using System.Runtime.InteropServices;
using CsCheck;
using SuParDsl.Checkpoints;

namespace SuParDsl.Tests.Properties;

/// <summary>Safetensors files preserve every bit, whatever the numbers and names are.</summary>
public sealed class SafetensorsPropertyTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("supardsl-").FullName;

    // All bit patterns are equally likely, so that NaN with a payload, infinities, −0 and subnormal numbers occur.
    private static readonly Gen<float> AnyFloat = Gen.UInt.Select(BitConverter.UInt32BitsToSingle);

    private static readonly Gen<string> Names =
        Gen.Char["abcXYZ.019_ \"\\/µ\u4e2d"].Array[1, 12].Select(static letters => new string(letters));

    [Fact]
    public void Tensors_are_read_back_to_the_bit() => Property.Holds(
        Gen.Select(Gen.Select(Names, Gen.Int[0, 5], Gen.Int[0, 5], AnyFloat.Array[25]).Array[0, 4], Names, Names), drawn =>
        {
            var (tensors, key, value) = drawn;
            var path = Path.Combine(folder, "any.safetensors");
            var distinct = tensors.Where(static t => t.Item1 != "__metadata__").DistinctBy(static t => t.Item1).ToArray();
            SafetensorsWriter.Write(
                path,
                [.. distinct.Select(static t => new SafetensorsTensor(
                    t.Item1, SafetensorsType.Float, [t.Item2, t.Item3], () => Bytes(t.Item4.AsSpan(0, t.Item2 * t.Item3))))],
                new Dictionary<string, string> { [key] = value });

            using var reader = SafetensorsReader.Open(path);
            Assert.Equal(value, reader.Metadata[key]);
            Assert.Equal(
                distinct.Select(static t => t.Item1).Order(StringComparer.Ordinal),
                reader.Entries.Keys.Order(StringComparer.Ordinal));
            Assert.All(distinct, t =>
            {
                Assert.Equal<long>([t.Item2, t.Item3], reader.Entries[t.Item1].Shape);
                Assert.Equal(Bytes(t.Item4.AsSpan(0, t.Item2 * t.Item3)).ToArray(), Bytes(reader.ReadFloats(t.Item1)).ToArray());
            });
        }, cases: 100);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static ReadOnlyMemory<byte> Bytes(ReadOnlySpan<float> numbers) => MemoryMarshal.AsBytes(numbers).ToArray();
}
