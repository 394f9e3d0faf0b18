using System.Collections.Immutable;

namespace SuParDsl.Lab.Interop;

/// <summary>
/// How another program stores a model: a folder with <c>config.json</c> and <c>model.safetensors</c>. <c>import</c> and
/// <c>export</c>
/// read and write it. Without scales other than 1, an import followed by an export gives the same bits.
/// </summary>
/// <typeparam name="TSize">The model's record of sizes.</typeparam>
/// <param name="Name">The name for <c>--format</c>.</param>
/// <param name="Architectures">
/// The names of the architecture that config.json may state, as <c>GPT2LMHeadModel</c>; <c>nanoGPT</c> for the arguments of
/// nanoGPT's model. The first is the one that is exported.
/// </param>
public sealed record WeightFormat<TSize>(string Name, params ImmutableArray<string> Architectures) where TSize : class
{
    /// <summary>
    /// Returns the sizes of a stored model. The second argument has the defaults: the example's sizes with every density at 1.
    /// </summary>
    /// <remarks>
    /// Read sizes with <see cref="ForeignCheckpoint.Size"/> and <see cref="ForeignCheckpoint.Count"/>, which compare the
    /// configuration with the tensors, and throw a <see cref="UserException"/> for what the model cannot compute.
    /// </remarks>
    public required Func<ForeignCheckpoint, TSize, TSize> Size { get; init; }

    /// <summary>
    /// Returns the content of config.json for sizes of the model. Values are numbers, texts, arrays, dictionaries or null.
    /// </summary>
    public required Func<TSize, IReadOnlyDictionary<string, object?>> Config { get; init; }

    /// <summary>
    /// Returns a row for every tensor of a model of these sizes. The table has the rule's forward multipliers, which a tied
    /// readout needs: other rows apply theirs without being told.
    /// </summary>
    public required Func<TSize, MuTable, IReadOnlyList<WeightMap>> Weights { get; init; }

    /// <summary>
    /// Maps a tensor's name in a file to the name that the rows state, for programs that leave out or add a prefix.
    /// </summary>
    public Func<string, string> Canonical { get; init; } = static name => name;

    /// <summary>Names, with <c>*</c> for a number, of tensors that hold nothing learned, such as a causal mask.</summary>
    public ImmutableArray<string> Ignored { get; init; } = [];

    /// <summary>
    /// Names of tensors that a file may hold in addition, and of the tensors that they must be equal to: a tied readout.
    /// </summary>
    public IReadOnlyDictionary<string, string> Duplicates { get; init; } = ImmutableDictionary<string, string>.Empty;
}

/// <summary>Factors of a model's table that a mapping states.</summary>
public static class TableFactors
{
    extension(MuTable table)
    {
        /// <summary>The rule's factor on the use of an embedding as the readout; 1 if it is not one.</summary>
        /// <param name="tensor">The embedding's full name.</param>
        /// <exception cref="ArgumentException">The model has no such tensor.</exception>
        public double ReadoutOf(string tensor) => (table.Rows.FirstOrDefault(row => row.Name == tensor)
            ?? throw new ArgumentException($"{table.Model} has no tensor {tensor}")).Readout ?? 1;
    }
}
