using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Training;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Runs;

/// <summary>Everything that a run was made from, enough to make it again.</summary>
/// <typeparam name="TSize">The model's record of sizes.</typeparam>
/// <param name="Example">The example's name.</param>
/// <param name="Size">The model's sizes, vocabulary included.</param>
/// <param name="Training">How it was trained.</param>
/// <param name="Data">What it was trained on.</param>
/// <param name="Machine">What it ran on.</param>
internal sealed record RunConfig<TSize>(string Example, TSize Size, TrainingOptions Training, RunData Data, RunMachine Machine)
    where TSize : class;

/// <summary>The data of a run.</summary>
/// <param name="Name">What they are.</param>
/// <param name="Path">Where they were; null for the model's own.</param>
/// <param name="Unit">What one target is, in the singular.</param>
/// <param name="Training">How many units there were to train on.</param>
/// <param name="Validation">How many units there were to measure on.</param>
/// <param name="Fingerprint">What tells them from other data; null in folders older than it.</param>
internal sealed record RunData(string Name, string? Path, string Unit, long Training, long Validation, string? Fingerprint = null)
{
    /// <summary>What is kept of open data.</summary>
    /// <param name="data">The data.</param>
    /// <param name="path">What <c>--data</c> named.</param>
    public static RunData Of(OpenData data, string? path) =>
        new(data.Name, path, data.Unit, data.TrainingCount, data.ValidationCount, data.Fingerprint);
}

/// <summary>What a run ran on.</summary>
/// <param name="Device">cpu or cuda.</param>
/// <param name="Threads">The engine's threads.</param>
/// <param name="Runtime">The .NET runtime.</param>
/// <param name="Started">When it began, UTC.</param>
/// <param name="Commit">The commit of the working directory's repository, with <c>+dirty</c> where files differ; null where there is none.</param>
internal sealed record RunMachine(
    string Device, int Threads, string Runtime, DateTimeOffset Started,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Commit = null)
{
    /// <summary>This machine, now.</summary>
    public static RunMachine Here(Device device) =>
        new(device.type.ToString().ToLowerInvariant(), get_num_threads(), RuntimeInformation.FrameworkDescription, DateTimeOffset.UtcNow,
            GitCommit.Of(Environment.CurrentDirectory));
}
