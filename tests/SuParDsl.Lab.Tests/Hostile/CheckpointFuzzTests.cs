using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using SuParDsl.Checkpoints;
using SuParDsl.Lab.Tests.OwnModels;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Tests.Hostile;

/// <summary>
/// Tests that examine the engine's random numbers, which belong to the whole process, so nothing runs beside them.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RandomNumbersAlone
{
    public const string Name = "random numbers alone";
}

/// <summary>
/// Checkpoints of a run, damaged in thousands of ways, some with a manifest that has the checksums of the damaged files.
/// </summary>
[Collection(RandomNumbersAlone.Name)]
public sealed class CheckpointFuzzTests : IDisposable
{
    private const int JsonFactor = 60;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Checkpoints_of_a_run()
    {
        using var scope = NewDisposeScope();
        Save("checkpoint", seed: 1);
        Save("own", seed: 2);
        using var model = new Curve(Small, seed: 2);
        using var optimizer = model.AdamW(lr: 0.01);
        var (refusals, own) = (0, Files(folder["own"]));
        Attacked([.. Directory.GetFiles(folder["checkpoint"]).Select(file => Path.GetRelativePath(folder.Path, file))]).Attack(
            path => TrainingCheckpoint.Load(Path.Combine(path, "checkpoint"), model, optimizer),
            JsonFactor, Back, Unchanged, Sign);

        void Back() => TrainingCheckpoint.Load(folder["own"], model, optimizer);

        // Nothing has changed after an error: neither weights, masks and moments nor the random numbers.
        void Unchanged()
        {
            if (refusals++ % 20 == 0)
            {
                TrainingCheckpoint.Save(folder["now"], model, optimizer, new(1, null, ImmutableDictionary<string, string>.Empty));
                Assert.Equal(own, Files(folder["now"]));
                Directory.Delete(folder["now"], recursive: true);
            }
        }

        // Half of the damaged files get a manifest with their checksums.
        void Sign(Random random, string name)
        {
            if (!name.EndsWith(".safetensors", StringComparison.Ordinal) || random.Next(2) == 0)
            {
                return;
            }

            try
            {
                using var file = SafetensorsReader.Open(folder[name]);
                var manifest = JsonNode.Parse(File.ReadAllText(folder["checkpoint/manifest.json"]))!;
                manifest["checksums"]![Path.GetFileName(name)] =
                    JsonSerializer.SerializeToNode(file.Entries.Keys.ToDictionary(static entry => entry, file.Checksum));
                folder.Write("checkpoint/manifest.json", manifest.ToJsonString());
            }
            catch (CheckpointException)
            {
                // The damaged file has no checksum to replace.
            }
        }
    }

    private static Curve.Size Small => Curve.Base with { Width = 8, Density = 1 / 4.0 };

    private static byte[][] Files(string path) =>
        [.. Directory.GetFiles(path).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    private HostileFiles Attacked(params string[] names) =>
        new(folder, names.ToDictionary(static name => name, name => File.ReadAllBytes(folder[name])));

    private void Save(string name, long seed)
    {
        using var scope = NewDisposeScope();
        using var model = new Curve(Small, seed);
        using var optimizer = model.AdamW(lr: 0.01);
        manual_seed(seed);
        var x = randn(4, 1);
        model.call(x).square().mean().backward();
        optimizer.step();
        TrainingCheckpoint.Save(folder[name], model, optimizer, new(1, null, ImmutableDictionary<string, string>.Empty));
    }
}
