using System.Reflection;
using TorchSharp;

namespace SuParDsl.Torch.Tests;

public class ApiListTests
{
    [Fact]
    public void EveryPublicMemberIsTorchSharps()
    {
        var known = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "torchsharp-api-0.107.txt")).ToHashSet();
        var strange = typeof(torch).Assembly.GetExportedTypes().SelectMany(ApiText.Members).Where(member => !known.Contains(member)).ToList();
        Assert.True(strange.Count == 0, $"{strange.Count} members are not in TorchSharp's API:\n" + string.Join('\n', strange));
    }

    [Fact]
    public void EveryPublicTypeIsTorchSharps()
    {
        var known = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "torchsharp-api-0.107.txt"))
            .Where(line => line.StartsWith("type ")).Select(line => line[5..].Split(" : ")[0]).ToHashSet();
        var strange = typeof(torch).Assembly.GetExportedTypes().Select(ApiText.FullName).Where(name => !known.Contains(name));
        Assert.Empty(strange);
    }
}
