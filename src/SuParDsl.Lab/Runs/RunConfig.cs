using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Parallel;
using SuParDsl.Lab.Training;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Runs;

/// <summary>The complete configuration of a run, from which it can be repeated.</summary>
/// <typeparam name="TSize">The model's record of sizes.</typeparam>
/// <param name="Example">The example's name.</param>
/// <param name="Size">The model's sizes, vocabulary included.</param>
/// <param name="Training">The training options.</param>
/// <param name="Data">The data.</param>
/// <param name="Machine">The machine.</param>
/// <param name="Start">The weights that training started from; null for those that the rule draws.</param>
internal sealed record RunConfig<TSize>(
    string Example, TSize Size, TrainingOptions Training, RunData Data, RunMachine Machine,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] RunStart? Start = null)
    where TSize : class
{
    /// <summary>When checkpoints are written; null in folders of versions that did not write it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CheckpointOptions? Checkpoints { get; init; }

    /// <summary>How several ranks train together; null in folders of versions that did not write it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DataParallelOptions? Sharing { get; init; }

    /// <summary>The changes of these settings while the run was trained; null if there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RunChange>? Changes { get; init; }
}

/// <summary>The weights that a run started from.</summary>
/// <param name="From">The folder of another run, or of another program's model.</param>
/// <param name="Prune">What decided which weights the sparse tensors kept.</param>
/// <param name="Calibration">The number of batches with which activations were measured; 0 for none.</param>
internal sealed record RunStart(string From, PruningCriterion Prune, int Calibration)
{
    /// <summary>Whether the command line states the criterion.</summary>
    [JsonIgnore]
    public bool IsAsked { get; init; }
}

/// <summary>What decides which weights a sparse tensor keeps of a denser one.</summary>
internal enum PruningCriterion
{
    /// <summary>The magnitude of the weight.</summary>
    Magnitude,

    /// <summary>The magnitude of the weight times the norm of its input: Wanda.</summary>
    Wanda,
}

/// <summary>The data of a run.</summary>
/// <param name="Name">A description of the data.</param>
/// <param name="Path">The path of the data; null for the example's built-in data.</param>
/// <param name="Unit">The name of one target, in the singular.</param>
/// <param name="Training">The number of units in the training data.</param>
/// <param name="Validation">The number of units in the validation data.</param>
/// <param name="Fingerprint">A text that identifies the data; null in folders of versions that did not write it.</param>
internal sealed record RunData(string Name, string? Path, string Unit, long Training, long Validation, string? Fingerprint = null)
{
    /// <summary>Describes opened data.</summary>
    /// <param name="data">The data.</param>
    /// <param name="path">The value of <c>--data</c>.</param>
    public static RunData Of(OpenData data, string? path) =>
        new(data.Name, path, data.Unit, data.TrainingCount, data.ValidationCount, data.Fingerprint);
}

/// <summary>The machine and the software of a run.</summary>
/// <param name="Device">cpu or cuda.</param>
/// <param name="Threads">The number of the engine's threads.</param>
/// <param name="Runtime">The .NET runtime.</param>
/// <param name="Started">The time when the run started, in UTC.</param>
/// <param name="Commit">
/// The commit of the working directory's repository, with <c>+dirty</c> if files differ; null if there is no repository.
/// </param>
internal sealed record RunMachine(
    string Device, int Threads, string Runtime, DateTimeOffset Started,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Commit = null)
{
    /// <summary>Describes this machine at the current time.</summary>
    public static RunMachine Here(Device device) =>
        new(device.type.ToString().ToLowerInvariant(), get_num_threads(), RuntimeInformation.FrameworkDescription,
            DateTimeOffset.UtcNow, GitCommit.Of(Environment.CurrentDirectory));
}
