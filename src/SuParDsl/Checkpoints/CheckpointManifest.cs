using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SuParDsl.Checkpoints;

/// <summary>The description of a checkpoint.</summary>
/// <param name="Version">The version of the folder's format.</param>
/// <param name="Model">The model's name.</param>
/// <param name="Rule">The model's parameterization rule.</param>
/// <param name="Seed">The seed of the model's weights and masks.</param>
/// <param name="Table">A fingerprint of the multiplier table.</param>
/// <param name="Optimizer">The optimizer's kind.</param>
/// <param name="Position">The position of the training run.</param>
/// <param name="Checksums">The SHA-256 of every tensor, by file and name.</param>
public sealed record CheckpointManifest(
    int Version, string Model, Rule Rule, long Seed, string Table, string Optimizer, TrainingPosition Position,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Checksums)
{
    /// <summary>The format version that this library writes and reads.</summary>
    public const int CurrentVersion = 1;

    private const long MaxLength = 100_000_000;

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Creates the manifest of a model and its optimizer.</summary>
    internal static CheckpointManifest Of(
        IModel model, MuOptimizer optimizer, TrainingPosition position,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> checksums) =>
        new(
            CurrentVersion, model.GetName(), model.Rule, model.Seed, model.MuTable.Fingerprint, optimizer.Kind, position,
            checksums);

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="CheckpointException">The manifest is missing or damaged, or has another version.</exception>
    internal static CheckpointManifest Read(string path)
    {
        try
        {
            var length = new FileInfo(path).Length;
            if (length > MaxLength)
            {
                throw new CheckpointException($"{path} has {length} bytes; a manifest has at most {MaxLength}");
            }

            var manifest = JsonSerializer.Deserialize<CheckpointManifest>(File.ReadAllBytes(path), Json)
                ?? throw new CheckpointException($"{path} is damaged: it holds null");
            return manifest switch
            {
                { Version: not CurrentVersion } => throw new CheckpointException(
                    $"{path} has version {manifest.Version}; this program reads version {CurrentVersion}"),
                { Position.Step: < 0 } =>
                    throw new CheckpointException($"{path} is damaged: the step is {manifest.Position.Step}, below 0"),
                _ when manifest.Checksums.Values.Any(static tensors => tensors is null || tensors.Values.Contains(null))
                    || manifest.Position.Notes.ContainsValue(null!) =>
                    throw new CheckpointException($"{path} is damaged: its checksums or notes contain null"),
                _ => manifest,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new CheckpointException(FileKind.Describe(path) is var kind and not FileKind.JsonObject
                ? $"{path} is {kind}; it must be a checkpoint's manifest, a JSON object: resume from another checkpoint"
                : $"{path} is damaged: {e.Message.ReplaceLineEndings(" ")}");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CheckpointException($"{path} is missing: name the folder of a checkpoint");
        }
    }

    /// <summary>Writes the manifest.</summary>
    internal void Write(string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this, Json));

    /// <summary>Throws if a checkpoint was not written from this model and optimizer.</summary>
    /// <exception cref="CheckpointException">The model, rule or optimizer differs. The message says which.</exception>
    internal void Require(string path, IModel model, MuOptimizer optimizer)
    {
        foreach (var (what, saved, here) in new[]
        {
            ("model", Model, model.GetName()), ("rule", Rule.ToString(), model.Rule.ToString()),
            ("optimizer", Optimizer, optimizer.Kind),
        })
        {
            RequireSame(path, what, saved, here);
        }
    }

    /// <summary>
    /// Throws if the multiplier table is not the model's. Call it after checking the weights'
    /// own table, whose differences are named.
    /// </summary>
    /// <exception cref="CheckpointException">The table differs.</exception>
    internal void RequireTable(string path, MuTable table) =>
        RequireSame(path, "multiplier table's fingerprint", Table, table.Fingerprint);

    private static void RequireSame(string path, string what, string saved, string here)
    {
        if (saved != here)
        {
            throw new CheckpointException($"the {what} of {path} is {saved}, but in this program it is {here}");
        }
    }
}
