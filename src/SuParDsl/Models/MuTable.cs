using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SuParDsl;

/// <summary>
/// One tensor's row of a <see cref="MuTable"/>. Multipliers are factors on the base learning rate, decay and ε.
/// </summary>
/// <param name="Name">The tensor's full name.</param>
/// <param name="Role">Its role in the parameterization.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="BaseShape">Its shape in the base model.</param>
/// <param name="Density">The fraction of its weights that is kept.</param>
/// <param name="InitStd">The standard deviation of its initial weights; 0 if they start constant.</param>
/// <param name="LearningRateMultiplier">The factor on the base learning rate η.</param>
/// <param name="WeightDecayMultiplier">
/// The factor on the weight decay λ: 0 for vectors, and 1 for matrices (<see cref="WeightDecayCoupling.Coupled"/>) until a mode
/// is given.
/// </param>
/// <param name="EpsilonMultiplier">The factor on Adam's ε.</param>
/// <param name="Forward">The rule's factor on x·Wᵀ in the forward pass.</param>
/// <param name="Readout">The rule's factor on its use as a tied readout; null if it is not one.</param>
public sealed record MuRow(
    string Name, Role Role, ImmutableArray<long> Shape, ImmutableArray<long> BaseShape, double Density, double InitStd,
    [property: JsonPropertyName("learningRate")] double LearningRateMultiplier,
    [property: JsonPropertyName("decay")] double WeightDecayMultiplier,
    [property: JsonPropertyName("epsilon")] double EpsilonMultiplier, double Forward, double? Readout)
{
    /// <summary>The part of the learning-rate multiplier that is due to the width.</summary>
    internal double WidthMultiplier { get; init; } = 1;

    /// <summary>The factor on the weight decay under a mode.</summary>
    internal double WeightDecayMultiplierUnder(WeightDecayCoupling mode) => WeightDecayMultiplier == 0 ? 0 : mode switch
    {
        WeightDecayCoupling.Coupled => 1,
        WeightDecayCoupling.Independent => 1 / LearningRateMultiplier,
        WeightDecayCoupling.Sqrt => 1 / Math.Sqrt(LearningRateMultiplier),
        // Under Adam only hidden matrices have a width multiplier other than 1. It is 1/m_N.
        WeightDecayCoupling.CompleteP or WeightDecayCoupling.Mup => 1 / WidthMultiplier,
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "is not a weight-decay mode"),
    };
}

/// <summary>
/// The reviewable table of a model's parameterization, with every parameter exactly once. Initialisation and optimizer groups are
/// computed from it.
/// </summary>
/// <param name="Model">The model's class.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Family">The family of optimizers that the learning rates are for.</param>
/// <param name="Rows">One row per parameter, in the order of the layers.</param>
/// <param name="Multipliers">The <c>[Multiplier]</c> parameters of the flow.</param>
public sealed record MuTable(
    string Model, Rule Rule, OptimizerFamily Family, ImmutableArray<MuRow> Rows, ImmutableArray<ForwardMultiplier> Multipliers)
{
    private static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        Converters = { new JsonStringEnumConverter() },
    };

    internal static MuTable Of(
        string model, ImmutableArray<ModelTensor> tensors, ModelSettings settings, ImmutableArray<ForwardMultiplier> multipliers,
        OptimizerFamily family) =>
        new(model, settings.Rule, family, [.. tensors.Select(tensor => Row(tensor, settings, family))], multipliers);

    /// <summary>A SHA-256 hash of the table. Two models with the same hash have the same tensors and multipliers.</summary>
    [JsonIgnore]
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToJson())));

    /// <summary>The table with the weight-decay multipliers of a mode.</summary>
    public MuTable With(WeightDecayCoupling mode) => this with
    {
        Rows = [.. Rows.Select(row => row with { WeightDecayMultiplier = row.WeightDecayMultiplierUnder(mode) })],
    };

    /// <summary>The table as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, JsonOptions);

    /// <summary>The table as Markdown.</summary>
    public string ToMarkdown()
    {
        var lines = Cells().Select(static row => "| " + string.Join(" | ", row) + " |").ToList();
        lines.Insert(1, "|" + string.Concat(Enumerable.Repeat("---|", Headers.Length)));
        return string.Join('\n', lines) + "\n";
    }

    /// <summary>The table as aligned text.</summary>
    public override string ToString()
    {
        var cells = Cells().ToList();
        var widths = Enumerable.Range(0, Headers.Length).Select(column => cells.Max(row => row[column].Length)).ToArray();
        var lines = cells.Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        var multipliers = Multipliers.Select(static m => $"{m.Name} = {Number(m.Value)} (in the flow)");
        return string.Join('\n', [$"{Model} under {Rule}, {Family}", .. lines, .. multipliers]) + "\n";
    }

    private static string[] Headers =>
        ["tensor", "role", "shape", "base shape", "density", "init std", "LR ×", "decay ×", "ε ×", "forward ×"];

    private IEnumerable<string[]> Cells() => Rows.Select(static row => new[]
    {
        row.Name, row.Role.ToString(), Sizes(row.Shape), Sizes(row.BaseShape), Number(row.Density), Number(row.InitStd),
        Number(row.LearningRateMultiplier), Number(row.WeightDecayMultiplier), Number(row.EpsilonMultiplier),
        row.Readout is { } readout ? $"{Number(row.Forward)}, readout {Number(readout)}" : Number(row.Forward),
    }).Prepend(Headers);

    private static MuRow Row(ModelTensor tensor, ModelSettings settings, OptimizerFamily family)
    {
        var scaling = TensorScaling.Of(tensor, settings.Rule, settings.DepthAlpha, family);
        return new(
            tensor.Name, tensor.Role,
            [.. tensor.Axes.Select(static axis => axis.Value)], [.. tensor.Axes.Select(static axis => axis.Base)],
            tensor.Density.Value, Initializer.StandardDeviation(tensor, settings.Rule, settings.InitStd),
            scaling.LearningRateMultiplier, tensor.Decays ? 1 : 0, scaling.EpsilonMultiplier, scaling.Forward, scaling.Readout)
        {
            WidthMultiplier = scaling.WidthMultiplier,
        };
    }

    private static string Sizes(ImmutableArray<long> shape) => string.Join("×", shape);

    private static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}
