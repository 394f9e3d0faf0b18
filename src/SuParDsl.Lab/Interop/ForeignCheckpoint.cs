using System.Globalization;

namespace SuParDsl.Lab.Interop;

/// <summary>
/// Another program's model: its configuration, and the shapes of its tensors. Sizes are read here before anything is allocated,
/// so that a configuration that does not belong to the weights is refused.
/// </summary>
public sealed class ForeignCheckpoint
{
    private readonly WeightFiles files;

    internal ForeignCheckpoint(ForeignConfig config, WeightFiles files) => (Config, this.files) = (config, files);

    /// <summary>The configuration.</summary>
    public ForeignConfig Config { get; }

    /// <summary>Whether the files have a tensor.</summary>
    public bool Has(string tensor) => files.Find(tensor) is not null;

    /// <summary>A size that the configuration states and that an axis of a tensor has.</summary>
    /// <param name="key">The key of the configuration.</param>
    /// <param name="tensor">The tensor's name.</param>
    /// <param name="axis">The axis, from 0 on.</param>
    /// <param name="missing">The value if the configuration does not state it; null if it must.</param>
    /// <exception cref="UserException">The tensor is missing, has no such axis, or has another size there.</exception>
    public int Size(string key, string tensor, int axis, int? missing = null)
    {
        var stated = Config.Integer(key, missing);
        var shape = files.Require(tensor).Shape;
        return axis < shape.Length && shape[axis] == stated ? stated : throw new UserException(string.Create(
            CultureInfo.InvariantCulture,
            $"'{tensor}' in {files.PathOf(tensor)} has shape [{string.Join(", ", shape)}], "
            + $"but {ForeignConfig.FileName} says that {key} is {stated}, the size of axis {axis}"));
    }

    /// <summary>A number of blocks that the configuration states and that the tensors' names have.</summary>
    /// <param name="key">The key of the configuration.</param>
    /// <param name="pattern">The name of a tensor that every block has, with <c>*</c> for the number of the block.</param>
    /// <exception cref="UserException">A block is missing, or there are more.</exception>
    public int Count(string key, string pattern)
    {
        var stated = Config.Integer(key);
        var count = files.Names.Count(name => NamePattern.NumberIn(pattern, name) is not null);
        if (count == stated)
        {
            return stated;
        }

        // Refuse a large number before its names are made.
        var missing = count < stated
            ? Enumerable.Range(0, count + 1).Select(number => NamePattern.With(pattern, number)).First(name =>
                files.Find(name) is null)
            : null;
        throw new UserException(string.Create(
            CultureInfo.InvariantCulture,
            $"{files.Folder} has {count} tensors '{pattern}', but {ForeignConfig.FileName} says that {key} is {stated}")
            + (missing is null ? string.Empty : $": '{missing}' is missing"));
    }
}
