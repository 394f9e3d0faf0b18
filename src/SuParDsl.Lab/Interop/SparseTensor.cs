using System.Collections.Immutable;

namespace SuParDsl.Lab.Interop;

/// <summary>A tensor of a file of which a mask keeps a part.</summary>
/// <param name="Shape">The tensor's shape in the file.</param>
/// <param name="Kept">The number of weights that are kept.</param>
/// <param name="Note">What a file of notes says of it.</param>
/// <param name="Mask">Returns its mask in the layout of the file, with a byte for each weight: 1 if it is kept.</param>
internal sealed record SparseTensor(ImmutableArray<long> Shape, long Kept, object Note, Func<byte[]> Mask)
{
    /// <summary>The number of weights.</summary>
    public long Count => Shape.Aggregate(1L, static (count, size) => count * size);

    /// <summary>The sparse tensors of an export, by their names in the file.</summary>
    public static IReadOnlyDictionary<string, SparseTensor> Of(IModel model, IReadOnlyList<MappedTensors> mapped) => mapped
        .Where(row => row.Model.Any(tensor => model.Masks.ContainsKey(tensor.Name)))
        .SelectMany(row => row.File.Select((name, index) => (Name: name, Tensor: Of(model, row, index))))
        .ToDictionary(static entry => entry.Name, static entry => entry.Tensor);

    private static SparseTensor Of(IModel model, MappedTensors row, int index)
    {
        var mask = MaskOf();
        var kept = mask.Sum(static kept => (long)kept);
        var sparse = row.Model.First(tensor => model.Masks.ContainsKey(tensor.Name)).Name;
        var first = model.Tensors.First(tensor => tensor.Name == sparse);
        return new(row.FileShape, kept, new
        {
            density = (double)kept / mask.Length, kept, weights = mask.Length,
            mask = first.Mask.ToString(), method = first.Method.ToString(),
            tensors = row.Model.Select(static tensor => tensor.Name),
        }, MaskOf);

        byte[] MaskOf() => Array.ConvertAll(row.MaskToFile(index, name => Ones(model, name)), static kept => (byte)kept);
    }

    private static float[] Ones(IModel model, string name)
    {
        var count = model.Tensors.First(tensor => tensor.Name == name).Count;
        var ones = new float[count];
        if (!model.Masks.TryGetValue(name, out var mask))
        {
            Array.Fill(ones, 1);
        }

        foreach (var position in mask?.Positions() ?? [])
        {
            ones[position] = 1;
        }

        return ones;
    }
}
