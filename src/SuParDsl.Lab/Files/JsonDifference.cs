using System.Text.Json.Nodes;
using SuParDsl.Lab.Runs;

namespace SuParDsl.Lab.Files;

/// <summary>Says where two settings differ.</summary>
internal static class JsonDifference
{
    /// <summary>The first place, as "training.steps (60, now 80)"; null where there is none.</summary>
    /// <param name="there">The settings before.</param>
    /// <param name="now">The settings now.</param>
    /// <param name="word">What the second value is introduced by.</param>
    public static string? Of(JsonNode? there, JsonNode? now, string word = "now") => Of(there, now, word, string.Empty);

    private static string? Of(JsonNode? there, JsonNode? now, string word, string name)
    {
        if (JsonNode.DeepEquals(there, now))
        {
            return null;
        }

        if (there is JsonObject a && now is JsonObject b)
        {
            return a.Select(static entry => entry.Key).Union(b.Select(static entry => entry.Key))
                .Select(key => Of(a[key], b[key], word, name.Length == 0 ? key : $"{name}.{key}"))
                .FirstOrDefault(static difference => difference is not null);
        }

        return $"{name} ({Text(there)}, {word} {Text(now)})";

        static string Text(JsonNode? node) => node is null ? "none" : node.ToJsonString();
    }
}
