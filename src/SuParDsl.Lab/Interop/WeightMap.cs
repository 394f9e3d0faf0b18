using System.Collections.Immutable;

namespace SuParDsl.Lab.Interop;

/// <summary>
/// One row of the mapping between a model's tensors and those of a file. In names, <c>*</c> stands for the number of a block:
/// <c>new("Blocks.*.Mlp.Up.weight", "transformer.h.*.mlp.c_fc.weight") { Transposed = true }</c>.
/// </summary>
public sealed record WeightMap
{
    /// <summary>Maps one tensor to one tensor.</summary>
    /// <param name="model">The full name in the model.</param>
    /// <param name="file">The name in the file.</param>
    public WeightMap(string model, string file) : this([model], [file])
    {
    }

    private WeightMap(ImmutableArray<string> model, ImmutableArray<string> file) => (Model, File) = (model, file);

    /// <summary>The names in the model. Several tensors lie one below the other in the file's one tensor.</summary>
    public ImmutableArray<string> Model { get; }

    /// <summary>The names in the file. Several tensors of equal size lie one below the other in the model's one tensor.</summary>
    public ImmutableArray<string> File { get; }

    /// <summary>Whether the file stores matrices as [inputs × outputs], as GPT-2's <c>Conv1D</c> does.</summary>
    public bool Transposed { get; init; }

    /// <summary>
    /// The factors by which the model's values are multiplied to give the file's: one for all outputs; or one for each of as
    /// many equal parts of the outputs; or, if tensors are merged, one for each of them. A rule's factor on x·Wᵀ is applied in
    /// addition.
    /// </summary>
    public ImmutableArray<double> Scales { get; init; } = [1];

    /// <summary>
    /// The tensor of the model by whose number of outputs the file has zeros if the model lacks <see cref="Model"/>; null if
    /// the model always has it. Use it for biases that the other program always has.
    /// </summary>
    public string? ZerosPerOutputOf { get; init; }

    /// <summary>Maps one tensor of the model to several of the file, which are equal parts of its outputs.</summary>
    /// <param name="model">The full name in the model.</param>
    /// <param name="file">The names in the file, in the order of the outputs.</param>
    public static WeightMap Split(string model, params ImmutableArray<string> file) => new([model], file);

    /// <summary>Maps several tensors of the model, one below the other, to one of the file.</summary>
    /// <param name="file">The name in the file.</param>
    /// <param name="model">The full names in the model, in the order of the file's outputs.</param>
    public static WeightMap Merge(string file, params ImmutableArray<string> model) => new(model, [file]);
}
