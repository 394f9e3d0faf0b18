using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using SuParDsl.Distributed;
using SuParDsl.Lab.Files;

namespace SuParDsl.Lab.Parallel;

/// <summary>
/// Checks that the ranks agree before they train together. Masks, weights and batches are never sent. Each rank draws its own,
/// and they are equal if everything that is compared here is.
/// </summary>
internal static class SameOnAllRanks
{
    /// <summary>Compares the program, its settings and the model that follows from them.</summary>
    /// <param name="ranks">The process group.</param>
    /// <param name="model">The model.</param>
    /// <param name="settings">Everything else that determines the run: sizes, options and data. It is compared as JSON.</param>
    /// <exception cref="RankWorkException">A rank differs. The message names the rank and the difference.</exception>
    public static void Require(ProcessGroup ranks, IModel model, object settings)
    {
        if (ranks.Count == 1)
        {
            return;
        }

        ranks.RunOnAll(() =>
        {
            ranks.RequireSame(("the program's version", Version()));
            RequireSameSettings(ranks, settings);
            ranks.RequireSame(
                ("the multiplier table", model.MuTable.Fingerprint),
                ("the masks", Hash(
                    model.Masks.OrderBy(static mask => mask.Key, StringComparer.Ordinal)
                        .Select(static mask => mask.Value.ToPacked()))));
            RequireSameState(ranks, model, step: 0);
        });
    }

    /// <summary>Compares the weights and the step.</summary>
    /// <exception cref="ProcessGroupException">A rank differs.</exception>
    public static void RequireSameState(ProcessGroup ranks, IModel model, int step) => ranks.RequireSame(
        ("the step", $"{step}"),
        ("the weights", Hash(
            model.Tensors.Select(tensor => MemoryMarshal.AsBytes<float>(model.GetWeights(tensor.Name)).ToArray()))));

    private static void RequireSameSettings(ProcessGroup ranks, object settings)
    {
        JsonNode?[] all = [.. ranks.Gather(JsonSerializer.Serialize(settings, RunJson.Options))
            .Select(static text => JsonNode.Parse(text))];
        for (var rank = 1; rank < all.Length; rank++)
        {
            if (JsonDifference.Of(all[0], all[rank], "there") is { } difference)
            {
                throw new ProcessGroupException(
                    $"rank {rank} differs from rank 0 in {difference}: start every rank with the same options and files");
            }
        }
    }

    // Builds are deterministic: assemblies have the same module version id if they were built from the same sources.
    private static string Version() =>
        string.Join(' ', new[] { Assembly.GetEntryAssembly(), typeof(SameOnAllRanks).Assembly, typeof(Model).Assembly }
            .OfType<Assembly>().Select(static assembly => assembly.ManifestModule.ModuleVersionId.ToString("N")[..12]));

    private static string Hash(IEnumerable<byte[]> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            hash.AppendData(part);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
