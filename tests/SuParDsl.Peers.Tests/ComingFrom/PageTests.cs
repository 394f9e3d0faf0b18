namespace SuParDsl.Peers.Tests.ComingFrom;

/// <summary>docs/coming-from.md has a section for every peer, and this folder compiles its lines of code.</summary>
public class PageTests
{
    private static readonly string Folder = RepositoryRoot.File("tests/SuParDsl.Peers.Tests/ComingFrom");
    private static readonly string[] Page = File.ReadAllLines(RepositoryRoot.File("docs/coming-from.md"));

    [Fact]
    public void Every_peer_has_a_section()
    {
        var headings = string.Join('\n', Page.Where(static line => line.StartsWith("## ", StringComparison.Ordinal)));

        Assert.All(
            PeerTable.Areas.SelectMany(static area => PeerTable.Of(area).Sources.Values).Select(static source => source.Peer)
                .Distinct(),
            peer => Assert.Contains(peer, headings, StringComparison.Ordinal));
    }

    [Fact]
    public void Its_lines_of_code_are_compiled()
    {
        var compiled = Directory.GetFiles(Folder, "*.cs").SelectMany(File.ReadAllLines).Select(static line => line.Trim())
            .ToHashSet();
        var inCode = false;
        List<string> shown = [];
        foreach (var line in Page)
        {
            inCode = line.StartsWith("```", StringComparison.Ordinal) ? line == "```csharp" : inCode;
            if (inCode && line != "```csharp")
            {
                shown.Add(line.Trim());
            }
        }

        Assert.True(shown.Count > 15);
        Assert.All(shown, line => Assert.Contains(line, compiled));
    }
}
