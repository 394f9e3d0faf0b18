using System.Text.Json.Nodes;
using SuParDsl.Lab.Runs;

namespace SuParDsl.Lab.Files;

/// <summary>Finds where two JSON documents differ.</summary>
internal static class JsonDifference
{
    /// <summary>Returns the first difference, such as "training.steps (60, now 80)"; null if there is none.</summary>
    /// <param name="there">The first document.</param>
    /// <param name="now">The second document.</param>
    /// <param name="word">The word before the second value.</param>
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
