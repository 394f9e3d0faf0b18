using System.Collections.Immutable;

namespace SuParDsl.Lab.Interop;

/// <summary>A row of a mapping for one block: tensors of a model that have the same values as tensors of a file.</summary>
/// <param name="Row">The row.</param>
/// <param name="Model">
/// The tensors of the model, one below the other; none if the model lacks them and the file has zeros.
/// </param>
/// <param name="File">The names of the tensors of the file, one below the other.</param>
/// <param name="Outputs">The number of outputs: of the model's tensors together.</param>
/// <param name="Inner">The sizes of the other axes.</param>
internal sealed record MappedTensors(
    WeightMap Row, ImmutableArray<MuRow> Model, ImmutableArray<string> File, long Outputs, ImmutableArray<long> Inner)
{
    /// <summary>The shape of each tensor of the file.</summary>
    public ImmutableArray<long> FileShape => IsTransposed ? [Inner[0], Outputs / File.Length] : [Outputs / File.Length, .. Inner];

    private bool IsTransposed => Row.Transposed && Inner.Length == 1;

    private int Width => checked((int)Inner.Aggregate(1L, static (product, size) => product * size));

    /// <summary>Expands the rows of a mapping for the tensors of a model.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="table">The model's table.</param>
    /// <exception cref="UserException">A tensor of the model is in no row, in two, or does not fit its row.</exception>
    public static IReadOnlyList<MappedTensors> Of(IReadOnlyList<WeightMap> rows, MuTable table)
    {
        var tensors = table.Rows.ToDictionary(static row => row.Name);
        List<MappedTensors> mapped = [.. rows.SelectMany(row => Of(row, tensors))];
        var counts = mapped.SelectMany(static entry => entry.Model).CountBy(static tensor => tensor.Name).ToDictionary();
        return table.Rows.FirstOrDefault(tensor => counts.GetValueOrDefault(tensor.Name) != 1) is { } wrong
            ? throw new UserException(
                $"the format has {counts.GetValueOrDefault(wrong.Name)} rows for {wrong.Name} of {table.Model}: "
                + "every tensor must be in exactly one")
            : mapped;
    }

    /// <summary>The values of one tensor of the file.</summary>
    /// <param name="index">Its index in <see cref="File"/>.</param>
    /// <param name="read">Returns the values of a tensor of the model.</param>
    public float[] ToFile(int index, Func<string, float[]> read)
    {
        var all = Model.IsEmpty ? new float[Outputs] : Joined(Model.Select(tensor => read(tensor.Name)));
        Multiply(all, static (value, factor) => (float)(value * factor));
        return Part(all, index);
    }

    /// <summary>
    /// The mask of one tensor of the file, as ones and zeros: the same places as in <see cref="ToFile"/>, without factors.
    /// </summary>
    /// <param name="index">Its index in <see cref="File"/>.</param>
    /// <param name="read">Returns the mask of a tensor of the model.</param>
    public float[] MaskToFile(int index, Func<string, float[]> read) =>
        Part(Joined(Model.Select(tensor => read(tensor.Name))), index);

    /// <summary>The values of the tensors of the model.</summary>
    /// <param name="read">Returns the values of a tensor of the file.</param>
    /// <exception cref="UserException">A tensor that the model lacks is not zero.</exception>
    public IEnumerable<(string Name, float[] Values)> ToModel(Func<string, float[]> read)
    {
        var all = Joined(File.Select(name => Turn(read(name), toFile: false)));
        if (Model.IsEmpty && all.Any(static value => value != 0))
        {
            throw new UserException($"'{File[0]}' must be zero, because the model has no tensor for it");
        }

        Multiply(all, static (value, factor) => (float)(value / factor));
        var start = 0;
        foreach (var tensor in Model)
        {
            var size = checked((int)tensor.Shape[0] * Width);
            yield return (tensor.Name, all[start..(start + size)]);
            start += size;
        }
    }

    /// <summary>Transposes values between the layouts of model and file, if these differ.</summary>
    private float[] Turn(float[] values, bool toFile)
    {
        if (!IsTransposed)
        {
            return values;
        }

        var turned = new float[values.Length];
        var rows = toFile ? values.Length / Width : Width;
        var columns = values.Length / rows;
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                turned[(column * rows) + row] = values[(row * columns) + column];
            }
        }

        return turned;
    }

    private float[] Part(float[] all, int index)
    {
        var size = all.Length / File.Length;
        return Turn(all[(index * size)..((index + 1) * size)], toFile: true);
    }

    private static IEnumerable<MappedTensors> Of(WeightMap row, Dictionary<string, MuRow> tensors)
    {
        string[] numbers = [.. tensors.Keys.Select(name => NamePattern.NumberIn(row.Model[0], name)).OfType<string>()];
        if (numbers.Length == 0 && row.ZerosPerOutputOf is { } other)
        {
            return tensors.Values.Select(tensor => (Tensor: tensor, Number: NamePattern.NumberIn(other, tensor.Name)))
                .Where(static entry => entry.Number is not null)
                .Select(entry => new MappedTensors(row, [], Names(row.File, entry.Number!), entry.Tensor.Shape[0], []));
        }

        return numbers.Select(number =>
        {
            var names = Names(row.Model, number);
            if (names.FirstOrDefault(name => !tensors.ContainsKey(name)) is { } missing)
            {
                throw new UserException($"the format names {missing}, which the model does not have beside {names[0]}");
            }

            ImmutableArray<MuRow> model = [.. names.Select(name => tensors[name])];
            var mapped = new MappedTensors(
                row, model, Names(row.File, number), model.Sum(static tensor => tensor.Shape[0]), [.. model[0].Shape.Skip(1)]);
            mapped.RequireFit();
            return mapped;
        });
    }

    private void RequireFit()
    {
        var isMerged = Model.Length > 1;
        if (Model.Any(tensor => !tensor.Shape.Skip(1).SequenceEqual(Inner)) || (isMerged && File.Length > 1))
        {
            throw new UserException(
                $"the format's row of {Model[0].Name} merges tensors whose other axes differ, or several to several");
        }

        var parts = isMerged && Row.Scales.Length > 1 ? Row.Scales.Length == Model.Length : Outputs % Row.Scales.Length == 0;
        if (!parts || Outputs % File.Length != 0)
        {
            throw new UserException(
                $"{Model[0].Name} has {Outputs} outputs, which the format's row divides into {File.Length} tensors and "
                + $"{Row.Scales.Length} factors: both must divide it");
        }
    }

    private void Multiply(float[] values, Func<float, double, float> apply)
    {
        var start = 0;
        foreach (var (index, tensor) in Model.Index())
        {
            var scales = Model.Length > 1 ? [Row.Scales[Row.Scales.Length > 1 ? index : 0]] : Row.Scales;
            var size = checked((int)tensor.Shape[0] * Width) / scales.Length;
            foreach (var scale in scales)
            {
                var factor = scale * tensor.Forward;
                foreach (ref var value in (float)factor == 1 ? [] : values.AsSpan(start, size))
                {
                    value = apply(value, factor);
                }

                start += size;
            }
        }
    }

    private static float[] Joined(IEnumerable<float[]> parts)
    {
        float[][] all = [.. parts];
        return all.Length == 1 ? all[0] : [.. all.SelectMany(static part => part)];
    }

    private static ImmutableArray<string> Names(ImmutableArray<string> patterns, string number) =>
        [.. patterns.Select(pattern => NamePattern.With(pattern, number))];
}
