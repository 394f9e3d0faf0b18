using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Data.Images;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Tests.Data;

public sealed class IdxTests : IDisposable
{
    private const string Images = "train-images-idx3-ubyte";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Real_digits_are_read_and_scaled()
    {
        using var data = Open(Digits200.Folder);
        Assert.Equal((160, 40, "image"), (data.TrainingCount, data.ValidationCount, data.Unit));
        Assert.Equal(new Dictionary<string, int> { ["Classes"] = 10, ["Input"] = 784 }, data.Sizes);
        var all = data.Validation(40, 1).Single();
        Assert.Equal<long>([40, 784], all.Inputs.shape);
        Assert.Equal(
            Enumerable.Range(0, 10).SelectMany(static digit => Enumerable.Repeat((long)digit, 4)), all.Targets.data<long>());
        Assert.InRange(all.Inputs.mean().ToDouble(), -0.1, 0.1);
        Assert.InRange(all.Inputs.square().mean().ToDouble(), 0.9, 1.1);
    }

    [Fact]
    public void A_model_of_images_gets_them_with_both_sides()
    {
        using var data = new ImageData("Classes", side: "Image", channels: "Channels").Open(Request(Digits200.Folder));
        Assert.Equal<long>([3, 1, 28, 28], data.Training(3, 1, 0).Inputs.shape);
        Assert.Equal(new Dictionary<string, int> { ["Classes"] = 10, ["Image"] = 28, ["Channels"] = 1 }, data.Sizes);
    }

    [Fact]
    public void Training_images_are_the_same_for_the_same_seed_and_step_alone()
    {
        using var data = Open(Digits200.Folder);
        var batch = Pixels(data.Training(8, 3, 5));
        Assert.Equal(batch, Pixels(data.Training(8, 3, 5)));
        Assert.NotEqual(batch, Pixels(data.Training(8, 3, 6)));
        Assert.NotEqual(batch, Pixels(data.Training(8, 4, 5)));
    }

    [Fact]
    public void Plain_and_compressed_files_are_the_same_data()
    {
        Copy(static bytes => bytes);
        using var plain = Open(folder.Path);
        using var compressed = Open(Digits200.Folder);
        Assert.Equal(Pixels(compressed.Training(5, 1, 1)), Pixels(plain.Training(5, 1, 1)));
        Assert.Equal(compressed.Fingerprint.Split(", ")[1..], plain.Fingerprint.Split(", ")[1..]);
    }

    [Fact]
    public void Other_pixels_have_another_fingerprint()
    {
        Copy(static bytes => { bytes[5000] ^= 1; return bytes; });
        using var changed = Open(folder.Path);
        using var original = Open(Digits200.Folder);
        Assert.NotEqual(original.Fingerprint.Split(", ")[^1], changed.Fingerprint.Split(", ")[^1]);
    }

    public static TheoryData<string, Func<byte[], byte[]>> Damages => new()
    {
        { "its header says 160 × 28 × 28, which its 125455 bytes cannot hold", static bytes => bytes[..^1] },
        { "it ends before its last value", static bytes => bytes[..7] },
        { "it goes on after the 125440 values", static bytes => [.. bytes, 0] },
        { "it begins with 00000802, an IDX file of bytes in 3 dimensions with 00000803", static bytes => With(bytes, 3, 2) },
        { "it begins with 00000D03", static bytes => With(bytes, 2, 13) },
        { "its header says 2130706592 × 28 × 28, which its 125456 bytes cannot hold", static bytes => With(bytes, 4, 127) },
        { "its header says -16777056 × 28 × 28", static bytes => With(bytes, 4, 255) },
        { "its header says 160 × 0 × 28", static bytes => With(bytes, 11, 0) },
        { "must be one class for each image", static bytes => With(bytes, 7, 159)[..^784] },
        { "the images of", static bytes => With(With(bytes, 11, 56), 15, 14) },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_damaged_file_is_named(string expected, Func<byte[], byte[]> damage)
    {
        Copy(damage);
        var message = Assert.Throws<UserException>(() => Open(folder.Path)).Message;
        Assert.Contains(expected, message);
        Assert.Contains(folder.Path, message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_damaged_compression_is_named()
    {
        Copy(static bytes => bytes);
        File.Delete(folder[Images]);
        folder.Write(Images + ".gz", [1, 2, 3, 4, 5, 6, 7, 8]);
        Assert.Contains($"{folder[Images]}.gz is damaged", Assert.Throws<UserException>(() => Open(folder.Path)).Message);
    }

    [Fact]
    public void A_compressed_header_is_checked_against_what_its_bytes_can_hold()
    {
        Copy(static bytes => bytes);
        File.Delete(folder[Images]);
        folder.Write(Images + ".gz", Compress([0, 0, 8, 3, 0x7F, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1]));
        Assert.Contains("its header says 2130706432 × 1 × 1", Assert.Throws<UserException>(() => Open(folder.Path)).Message);
    }

    [Fact]
    public void A_folder_without_the_files_is_named() =>
        Assert.Contains(
            $"there is no {folder[Images]}, nor {Images}.gz", Assert.Throws<UserException>(() => Open(folder.Path)).Message);

    [Fact]
    public void The_package_of_digits_becomes_files_once_and_is_repaired()
    {
        var pixels = string.Join(',', Enumerable.Range(0, 20 * 784).Select(static i => i % 784 == 0 ? "1" : "0.5"));
        Package(Enumerable.Range(0, 10).Select(digit => ($"package/src/digits/{digit}.json", $$"""{ "data": [{{pixels}}] }""")));
        var converted = DigitPackage.Load(folder.Path);
        using (var data = Open(converted))
        {
            Assert.Equal((180, 20), (data.TrainingCount, data.ValidationCount));
        }

        File.Delete(folder[DigitPackage.Archive]);
        Assert.Equal(converted, DigitPackage.Load(folder.Path));
        File.AppendAllText(Path.Combine(converted, Images), "damage");
        Assert.Contains(
            "there are no digits to train on: run scripts/fetch-digits.sh",
            Assert.Throws<UserException>(() => DigitPackage.Load(folder.Path)).Message);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{ \"data\": [0, 1] }")]
    [InlineData("{ \"data\": ")]
    public void A_damaged_package_of_digits_is_named(string json)
    {
        Package([("package/src/digits/0.json", json)]);
        var message = Assert.Throws<UserException>(() => DigitPackage.Load(folder.Path)).Message;
        Assert.Contains($"{folder[DigitPackage.Archive]} is damaged", message);
        Assert.Contains("delete it and run scripts/fetch-digits.sh", message);
    }

    private static OpenData Open(string path) => new ImageData("Classes", pixels: "Input").Open(Request(path));

    private static DataRequest Request(string path) => new(path, static _ => 0);

    private static float[] Pixels(Batch batch) => [.. batch.Inputs.data<float>()];

    private static byte[] With(byte[] bytes, int at, byte value)
    {
        bytes[at] = value;
        return bytes;
    }

    /// <summary>The digits as uncompressed files, with changed training images.</summary>
    private void Copy(Func<byte[], byte[]> change)
    {
        foreach (var file in Directory.GetFiles(Digits200.Folder, "*.gz"))
        {
            using var content = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
            using var bytes = new MemoryStream();
            content.CopyTo(bytes);
            var name = Path.GetFileNameWithoutExtension(file);
            folder.Write(name, name == Images ? change(bytes.ToArray()) : bytes.ToArray());
        }
    }

    private static byte[] Compress(byte[] bytes)
    {
        using var result = new MemoryStream();
        using (var compressed = new GZipStream(result, CompressionMode.Compress))
        {
            compressed.Write(bytes);
        }

        return result.ToArray();
    }

    private void Package(IEnumerable<(string Name, string Text)> files)
    {
        using var result = new MemoryStream();
        using (var archive = new TarWriter(result, leaveOpen: true))
        {
            foreach (var (name, text) in files)
            {
                archive.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name)
                {
                    DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
                });
            }
        }

        folder.Write(DigitPackage.Archive, Compress(result.ToArray()));
    }
}
