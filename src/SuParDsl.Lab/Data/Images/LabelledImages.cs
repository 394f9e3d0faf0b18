namespace SuParDsl.Lab.Data.Images;

/// <summary>Grey images of one size, each with its class.</summary>
/// <param name="Images">The pixels, count × height × width.</param>
/// <param name="Labels">The classes, from 0.</param>
internal sealed record LabelledImages(IdxFile Images, IdxFile Labels)
{
    /// <summary>MNIST's names for the two parts of a data set.</summary>
    public const string Training = "train", Validation = "t10k";

    /// <summary>The number of images.</summary>
    public int Count => Images.Shape[0];

    /// <summary>The height in pixels.</summary>
    public int Height => Images.Shape[1];

    /// <summary>The width in pixels.</summary>
    public int Width => Images.Shape[2];

    /// <summary>The file of a part's images.</summary>
    public static string ImagesFile(string part) => part + "-images-idx3-ubyte";

    /// <summary>The file of a part's classes.</summary>
    public static string LabelsFile(string part) => part + "-labels-idx1-ubyte";

    /// <summary>Reads a part of a folder.</summary>
    /// <exception cref="UserException">A file is missing or damaged, or the numbers of images and labels differ.</exception>
    public static LabelledImages Read(string folder, string part)
    {
        var (images, labels) = (Path.Combine(folder, ImagesFile(part)), Path.Combine(folder, LabelsFile(part)));
        var read = new LabelledImages(IdxFile.Read(images, 3), IdxFile.Read(labels, 1));
        return read.Count == read.Labels.Shape[0]
            ? read
            : throw new UserException(
                $"{images} has {read.Count} images and {labels} {read.Labels.Shape[0]} classes: "
                + "there must be one class for each image");
    }

    /// <summary>Some of the images, examples × height × width, with bytes mapped to numbers by a table.</summary>
    public float[] Pixels(long[] examples, float[] scale)
    {
        var size = Height * Width;
        var pixels = new float[examples.Length * size];
        foreach (var (row, example) in examples.Index())
        {
            var from = Images.Values.AsSpan((int)example * size, size);
            for (var i = 0; i < size; i++)
            {
                pixels[(row * size) + i] = scale[from[i]];
            }
        }

        return pixels;
    }

    /// <summary>The classes of some of the images.</summary>
    public long[] Classes(long[] examples) => [.. examples.Select(example => (long)Labels.Values[example])];
}
