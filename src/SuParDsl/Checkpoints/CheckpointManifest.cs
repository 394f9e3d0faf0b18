using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SuParDsl;

/// <summary>What a checkpoint says of itself.</summary>
/// <param name="Version">The form of the folder.</param>
/// <param name="Model">The model's name.</param>
/// <param name="Rule">The rule that it follows.</param>
/// <param name="Seed">What its weights and masks were drawn from.</param>
/// <param name="Table">A fingerprint of the multiplier table.</param>
/// <param name="Optimizer">The optimizer's kind.</param>
/// <param name="Position">How far the run was.</param>
/// <param name="Checksums">The SHA-256 of every tensor by file and name.</param>
public sealed record CheckpointManifest(
    int Version, string Model, Rule Rule, long Seed, string Table, string Optimizer, TrainingPosition Position,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Checksums)
{
    /// <summary>The form that this version writes.</summary>
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

    /// <summary>The manifest of a model and its optimizer.</summary>
    internal static CheckpointManifest Of(
        Model model, MuOptimizer optimizer, TrainingPosition position, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> checksums) =>
        new(CurrentVersion, model.GetName(), model.Rule, model.Seed, model.MuTable.Fingerprint, optimizer.Kind, position, checksums);

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="CheckpointException">It is missing, damaged, or of another version.</exception>
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
                { Version: not CurrentVersion } => throw new CheckpointException($"{path} has version {manifest.Version}; this program reads version {CurrentVersion}"),
                { Position.Step: < 0 } => throw new CheckpointException($"{path} is damaged: the step is {manifest.Position.Step}, below 0"),
                _ when manifest.Checksums.Values.Any(static tensors => tensors is null || tensors.Values.Contains(null)) || manifest.Position.Notes.ContainsValue(null!) =>
                    throw new CheckpointException($"{path} is damaged: it has null among its checksums or notes"),
                _ => manifest,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new CheckpointException(FileKind.Describe(path) is var kind and not FileKind.JsonObject
                ? $"{path} is {kind}; it must be a checkpoint's manifest, a JSON object: go on from another checkpoint"
                : $"{path} is damaged: {e.Message.ReplaceLineEndings(" ")}");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CheckpointException($"{path} is missing: name the folder of a checkpoint");
        }
    }

    /// <summary>Writes the manifest.</summary>
    internal void Write(string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this, Json));

    /// <summary>Makes sure that a checkpoint is of a model and an optimizer.</summary>
    /// <exception cref="CheckpointException">It is of others; the message says in what.</exception>
    internal void Require(string path, Model model, MuOptimizer optimizer)
    {
        foreach (var (what, saved, here) in new[]
        {
            ("model", Model, model.GetName()), ("rule", Rule.ToString(), model.Rule.ToString()), ("optimizer", Optimizer, optimizer.Kind),
        })
        {
            RequireSame(path, what, saved, here);
        }
    }

    /// <summary>Makes sure that the whole multiplier table is the model's: for after the weights' own, whose differences are named.</summary>
    /// <exception cref="CheckpointException">It is another.</exception>
    internal void RequireTable(string path, MuTable table) => RequireSame(path, "multiplier table's fingerprint", Table, table.Fingerprint);

    private static void RequireSame(string path, string what, string saved, string here)
    {
        if (saved != here)
        {
            throw new CheckpointException($"the {what} of {path} is {saved}, here it is {here}");
        }
    }
}
