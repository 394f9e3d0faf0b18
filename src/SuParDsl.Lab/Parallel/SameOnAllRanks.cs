using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using SuParDsl.Lab.Files;
using SuParDsl.Lab.Runs;

namespace SuParDsl.Lab.Parallel;

/// <summary>
/// What must be the same on all ranks before they train together. Masks, weights and batches are never sent: each rank draws its own, and
/// they are the same if all this is.
/// </summary>
internal static class SameOnAllRanks
{
    /// <summary>Compares the program, what it was asked for, and the model that follows.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="model">The model.</param>
    /// <param name="settings">Everything else that decides the run: sizes, options, data. Becomes JSON.</param>
    /// <exception cref="RankWorkException">A rank differs; the message names it and in what.</exception>
    public static void Require(ProcessGroup ranks, Model model, object settings)
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
                    model.Masks.OrderBy(static mask => mask.Key, StringComparer.Ordinal).Select(static mask => mask.Value.ToPacked()))));
            RequireSameState(ranks, model, step: 0);
            return true;
        });
    }

    /// <summary>Compares the weights, and the step that they are of.</summary>
    /// <exception cref="ProcessGroupException">A rank differs.</exception>
    public static void RequireSameState(ProcessGroup ranks, Model model, int step) => ranks.RequireSame(
        ("the step", $"{step}"),
        ("the weights", Hash(model.Tensors.Select(tensor => MemoryMarshal.AsBytes<float>(model.GetWeights(tensor.Name)).ToArray()))));

    private static void RequireSameSettings(ProcessGroup ranks, object settings)
    {
        JsonNode?[] all = [.. ranks.Gather(JsonSerializer.Serialize(settings, RunJson.Options)).Select(static text => JsonNode.Parse(text))];
        for (var rank = 1; rank < all.Length; rank++)
        {
            if (JsonDifference.Of(all[0], all[rank], "there") is { } difference)
            {
                throw new ProcessGroupException($"rank {rank} differs from rank 0 in {difference}: start every rank with the same options and files");
            }
        }
    }

    // A build has an id of its own, and equal sources the same one.
    private static string Version() => string.Join(' ', new[] { Assembly.GetEntryAssembly(), typeof(SameOnAllRanks).Assembly, typeof(Model).Assembly }
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
