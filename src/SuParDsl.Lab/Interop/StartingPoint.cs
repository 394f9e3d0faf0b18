using SuParDsl.Lab.Data;
using SuParDsl.Lab.Data.Tokenizers;
using SuParDsl.Lab.Runs;

namespace SuParDsl.Lab.Interop;

/// <summary>The weights that training starts from: those of a run, or of another program's model.</summary>
/// <typeparam name="TModel">The model.</typeparam>
/// <typeparam name="TSize">Its record of sizes.</typeparam>
/// <param name="Path">The folder.</param>
/// <param name="Size">The model's sizes.</param>
/// <param name="Tokenizer">Its tokenizer; null if its data are not text.</param>
/// <param name="Load">Returns the model, which the caller disposes.</param>
internal sealed record StartingPoint<TModel, TSize>(string Path, TSize Size, Tokenizer? Tokenizer, Func<TModel> Load)
    where TModel : torch.nn.Module, IModel<TModel, TSize>
    where TSize : class
{
    private const double Tolerance = 1e-9;

    /// <summary>Reads a folder.</summary>
    /// <param name="path">The folder of a run or of another program's model.</param>
    /// <param name="example">The example's name.</param>
    /// <param name="formats">The formats of other programs that the model has.</param>
    /// <param name="defaults">The sizes that a configuration of another program does not state.</param>
    /// <param name="text">The data, if they are text.</param>
    /// <exception cref="UserException">The folder holds something else.</exception>
    public static StartingPoint<TModel, TSize> Read(
        string path, string example, IReadOnlyList<WeightFormat<TSize>> formats, TSize defaults, TextData? text)
    {
        if (formats.Count > 0 && Directory.Exists(path) && !ForeignConfig.Read(path).Has("example"))
        {
            var imported = WeightImporter.Read<TModel, TSize>(path, formats, defaults, text);
            return new(path, imported.Size, imported.Tokenizer?.Tokenizer, () => imported.Model);
        }

        var folder = RunFolder.Existing(path);
        var config = folder.ReadConfigOf<TSize>(example);
        return new(
            path, config.Size, text is null ? null : folder.ReadTokenizer(), () => folder.LoadModel<TModel, TSize>(config));
    }

    /// <summary>
    /// Copies the weights into a model of the same shapes. A tensor that is sparser than here keeps a part of its weights, and
    /// a dense one takes all.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="start">What decides which weights are kept.</param>
    /// <param name="batch">Returns the batch of a step of training, on whose inputs activations are measured.</param>
    /// <exception cref="UserException">
    /// The model has other shapes or forward multipliers, or keeps weights that are masked here.
    /// </exception>
    public void CopyTo(IModel model, RunStart start, Func<int, Batch> batch)
    {
        if (start.IsAsked && model.Masks.Count == 0)
        {
            throw new UserException($"--prune has nothing to prune: every tensor of this {model.GetName()} has density 1");
        }

        using var source = Load();
        try
        {
            RequireSameFunction(source, model);
            if (start.Prune == PruningCriterion.Wanda)
            {
                var calibration = Enumerable.Range(0, start.Calibration).Select(step => batch(step).InputsOf(source));
                model.PruneByActivations(source, calibration);
            }
            else
            {
                // Gradual pruning begins with all weights and removes them during the run.
                var isGradual = model.Tensors.Any(tensor => tensor.Method == SparsityMethod.Gmp
                    && model.Masks.ContainsKey(tensor.Name));
                model.CopyWeightsFrom(source, anyTable: true, isGradual ? MaskSource.File : MaskSource.Magnitude);
            }
        }
        catch (ArgumentException e)
        {
            throw new UserException($"--from {Path}: {e.Message}");
        }
    }

    // Other multipliers in the forward pass would make another function of the same weights.
    private void RequireSameFunction(IModel source, IModel model)
    {
        if ((source.Rule == Rule.Standard) != (model.Rule == Rule.Standard))
        {
            throw Other($"{Shown(source.Rule)} there and {Shown(model.Rule)} here", string.Empty);
        }

        var rows = model.MuTable.Rows.ToDictionary(static row => row.Name);
        foreach (var there in source.MuTable.Rows.Where(row => rows.ContainsKey(row.Name)
            && rows[row.Name].Shape.SequenceEqual(row.Shape)))
        {
            var here = rows[there.Name];
            if (!IsSame(there.Forward, here.Forward) || !IsSame(there.Readout ?? 1, here.Readout ?? 1))
            {
                throw Other($"{Shown(source.Rule)} there and {Shown(model.Rule)} here", $" of {there.Name}");
            }
        }

        static bool IsSame(double a, double b) => Math.Abs(a - b) <= Tolerance * Math.Abs(a);

        static string Shown(Rule rule) => rule.ToString().ToLowerInvariant();

        UserException Other(string rules, string tensor) => new(
            $"--from {Path}: the rule is {rules}, which has other forward multipliers{tensor}, so that the same "
            + "weights would give other outputs: leave out --rule");
    }
}
