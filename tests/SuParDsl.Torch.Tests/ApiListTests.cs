using System.Reflection;
using TorchSharp;

namespace SuParDsl.Torch.Tests;

public class ApiListTests
{
    private const BindingFlags Constructors = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance;

    private static readonly string[] Known = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "torchsharp-api-0.107.txt"));

    private static readonly HashSet<string> KnownTypes = [.. Known.Where(line => line.StartsWith("type ")).Select(line => line[5..].Split(" : ")[0])];

    [Fact]
    public void EveryPublicMemberIsTorchSharps()
    {
        var strange = typeof(torch).Assembly.GetExportedTypes().Where(type => !IsShared(type)).SelectMany(Members).Except(Known).ToList();
        Assert.True(strange.Count == 0, $"{strange.Count} members are not in TorchSharp's API:\n" + string.Join('\n', strange));
    }

    [Fact]
    public void EveryPublicTypeIsTorchSharps() =>
        Assert.Empty(typeof(torch).Assembly.GetExportedTypes().Where(type => !IsShared(type)).Select(ApiText.FullName).Except(KnownTypes));

    /// <summary>A base that some of TorchSharp's types share here: nobody else can derive from it, and its members are theirs.</summary>
    private static bool IsShared(Type type) => type.IsAbstract && !type.IsSealed && !KnownTypes.Contains(ApiText.FullName(type))
        && type.GetConstructors(Constructors).All(constructor => constructor.IsAssembly || constructor.IsFamilyAndAssembly);

    private static IEnumerable<string> Members(Type type)
    {
        var members = ApiText.Members(type, type);
        for (var above = type.BaseType; above is not null && above.Assembly == type.Assembly && IsShared(Definition(above)); above = above.BaseType)
            members = members.Concat(ApiText.Members(Definition(above), type));
        return members;
    }

    private static Type Definition(Type type) => type.IsGenericType ? type.GetGenericTypeDefinition() : type;
}
