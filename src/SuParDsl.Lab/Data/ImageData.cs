using SuParDsl.Lab.Data.Images;
using SuParDsl.Lab.Files;

namespace SuParDsl.Lab.Data;

/// <summary>
/// Labelled images from MNIST's own files, for a classifier: batch × 1 × height × width, or batch × pixels if
/// <paramref name="pixels"/> is given. Pixels have mean 0 and standard deviation 1 over the training part.
/// </summary>
/// <param name="classes">The name of the property with the number of classes, which follows from the data.</param>
/// <param name="pixels">The name of the property with the number of pixels, for a model that takes each image as one row.</param>
/// <param name="side">The name of the property with the pixels of one side, for a model that takes only square images.</param>
/// <param name="channels">The name of the property with the number of channels, which is 1.</param>
public sealed class ImageData(string classes, string? pixels = null, string? side = null, string? channels = null) : IDataSource
{
    private const string Unit = "image";

    /// <inheritdoc/>
    public IReadOnlyList<string> Sizes => [.. new[] { classes, pixels, side, channels }.OfType<string>()];

    /// <inheritdoc/>
    public string Help =>
        "a folder with MNIST's files (train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-…, plain or .gz); "
        + "without it 10,000 handwritten digits";

    /// <inheritdoc/>
    public OpenData Open(DataRequest request)
    {
        if (File.Exists(request.Path))
        {
            throw FolderKind.Wrong(request.Path, "a folder with MNIST's files", "name the folder that they are in");
        }

        var (name, folder) = request.Path is { } path
            ? (Path.GetFileName(Path.GetFullPath(path).TrimEnd(Path.DirectorySeparatorChar)), path)
            : ("MNIST digits", DigitPackage.Load(ReferenceText.DefaultCache()));
        var train = LabelledImages.Read(folder, LabelledImages.Training);
        var validation = LabelledImages.Read(folder, LabelledImages.Validation);
        RequireFit(folder, train, validation);
        var scale = Scale(train.Images.Values);
        return new(
            name,
            Unit,
            (rows, seed, step) => Batch(train, SplitMix.Examples(train.Count, rows, seed, step), scale),
            (rows, count) => Places.Spread(validation.Count, (long)rows * count).Chunk(rows)
                .Select(examples => Batch(validation, examples, scale)))
        {
            TrainingCount = train.Count,
            ValidationCount = validation.Count,
            Sizes = Values(train, validation).ToDictionary(),
            Fingerprint = Fingerprints.Line(
                name, train.Count, validation.Count, Unit, Fingerprints.Of(train.Images.Values, train.Labels.Values)),
        };
    }

    private Batch Batch(LabelledImages images, long[] examples, float[] scale)
    {
        var count = examples.Length;
        long[] shape = pixels is null ? [count, 1, images.Height, images.Width] : [count, images.Height * images.Width];
        return new(torch.tensor(images.Pixels(examples, scale), shape), torch.tensor(images.Classes(examples), [count]));
    }

    private IEnumerable<KeyValuePair<string, int>> Values(LabelledImages train, LabelledImages validation) =>
        new (string? Name, int Value)[]
        {
            (classes, train.Labels.Values.Concat(validation.Labels.Values).Max() + 1),
            (pixels, train.Height * train.Width),
            (side, train.Height),
            (channels, 1),
        }.Where(static size => size.Name is not null).Select(static size => KeyValuePair.Create(size.Name!, size.Value));

    private void RequireFit(string folder, LabelledImages train, LabelledImages validation)
    {
        if ((train.Height, train.Width) != (validation.Height, validation.Width))
        {
            throw new UserException(
                $"the images of {folder} are {train.Height} × {train.Width} to train on "
                + $"and {validation.Height} × {validation.Width} to measure on: they must be equal");
        }

        if (side is not null && train.Height != train.Width)
        {
            throw new UserException($"the images of {folder} are {train.Height} × {train.Width}: this model takes square ones");
        }
    }

    // Maps each byte value to its normalized pixel.
    private static float[] Scale(byte[] pixels)
    {
        var counts = new long[256];
        foreach (var pixel in pixels)
        {
            counts[pixel]++;
        }

        var mean = counts.Index().Sum(static entry => (double)entry.Item * entry.Index) / pixels.Length;
        var variance = counts.Index().Sum(entry => entry.Item * Math.Pow(entry.Index - mean, 2)) / pixels.Length;
        var deviation = variance > 0 ? Math.Sqrt(variance) : 1;
        return [.. Enumerable.Range(0, 256).Select(value => (float)((value - mean) / deviation))];
    }
}
