using System.Text.RegularExpressions;

namespace SuParDsl.Generators.Tests;

/// <summary>Compares the emitted files of whole examples with files that a person has read.</summary>
public sealed class SnapshotTests
{
    private static readonly string Folder = RepositoryRoot.File("tests/SuParDsl.Generators.Tests/Snapshots");

    private static readonly Dictionary<string, Func<string>> Examples = new()
    {
        ["Classifier"] = static () => Harness.Declaration("Classifier"),
        ["Transformer"] = static () => Harness.Declaration("Transformer"),
        ["Features"] = static () => Harness.Declaration("Features"),
        ["MovingMasks"] = static () => Harness.Declaration("MovingMasks"),
        ["ResNet"] = static () => Harness.Tested("ResNet"),
        ["Vit"] = static () => Harness.Tested("Vit"),
        ["GqaAttention"] = static () => Harness.Tested("GqaAttention"),
        ["GatedMix"] = static () => Harness.Tested("GatedMix"),
        ["CrossModel"] = static () => Harness.Tested("CrossModel"),
        ["TwoTower"] = static () => Harness.Tested("TwoTower"),
        ["Translator"] = static () => Harness.Tested("Translator"),
        ["RecordGpt"] = static () => Harness.Tested("RecordGpt"),
        ["NanoGpt"] = static () => Harness.NanoGpt,
        ["Gqa"] = static () => Harness.Example("Gqa/Llama"),
    };

    public static TheoryData<string> Names => [.. Examples.Keys];

    /// <summary>The source of an example.</summary>
    public static string Source(string name) => Examples[name]();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Emitted_files_are_the_verified_ones(string name)
    {
        var run = Harness.Generate(Examples[name]());
        Assert.Empty(run.CSharp);
        Assert.Empty(run.Ours.Where(static d => !d.IsSuppressed));
        foreach (var file in run.Files)
        {
            await Snapshot.Check(Folder, $"{name}.{file.HintName[..^".g.cs".Length]}", file.SourceText.ToString());
        }
    }

    [Fact]
    public void No_verified_file_is_stale()
    {
        var expected = Examples.SelectMany(static example => Harness.Generate(example.Value()).Files
            .Select(file => $"{example.Key}.{file.HintName[..^".g.cs".Length]}.verified.cs"));
        Assert.Equal(expected.Order(StringComparer.Ordinal),
            Directory.GetFiles(Folder, "*.verified.cs").Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_page_of_emitted_code_shows_what_is_emitted()
    {
        var page = File.ReadAllText(RepositoryRoot.File("docs/emitted-code.md"));
        var emitted = Harness.Generate(Harness.NanoGpt).Files
            .Single(static file => file.HintName == "NanoGpt.SelfAttention.g.cs").SourceText;

        // The page leaves [GeneratedCode] out, and its file has the name that it has on disk.
        var shown = emitted.Lines.Select(static line => line.ToString())
            .Where(static line => !line.Contains("GeneratedCode(", StringComparison.Ordinal))
            .Select(static line => line.StartsWith("#line (", StringComparison.Ordinal)
                ? Regex.Replace(line, "\"[^\"]*\"$", "\"Gpt.cs\"") : line);
        Assert.Contains($"```csharp\n{string.Join('\n', shown).Trim()}\n```", page);
        Assert.Contains($"```csharp\n{Harness.NanoGpt.Trim()}\n```", page);
    }
}
