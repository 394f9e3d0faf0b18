using System.Collections.Concurrent;

namespace SuParDsl.Generators.Tests.Structure;

/// <summary>
/// Tests the arrows between the files and folders of each project. A circle of a few files is recursion, as in the parser
/// of expressions. A large one, or one between folders, means that no part can be read or changed alone.
/// </summary>
public sealed class StructureTests
{
    private static readonly ConcurrentDictionary<string, Lazy<IReadOnlyList<Arrow>>> Arrows = new();

    [Theory]
    [InlineData("generators/SuParDsl.Generators", 6)]
    [InlineData("generators/SuParDsl.CodeFixes", 6)]
    [InlineData("src/SuParDsl.Lab", 6)]
    [InlineData("src/SuParDsl", 6)]
    public void No_circle_of_files_is_large(string project, int largest)
    {
        var arrows = ArrowsOf(project);
        var circle = Circles.In(arrows).FirstOrDefault() ?? [];
        Assert.True(
            circle.Count <= largest,
            $"{circle.Count} files of {project} form a circle, but at most {largest} may. Remove one of these arrows:\n"
            + Describe(circle, arrows));
    }

    [Theory]
    [InlineData("generators/SuParDsl.Generators")]
    [InlineData("generators/SuParDsl.CodeFixes")]
    [InlineData("src/SuParDsl.Lab")]
    [InlineData("src/SuParDsl")]
    public void No_circle_is_between_folders(string project)
    {
        var arrows = SourceGraph.Folders(ArrowsOf(project));
        var circle = Circles.In(arrows).FirstOrDefault() ?? [];
        Assert.True(
            circle.Count == 0,
            $"The folders {string.Join(", ", circle)} of {project} depend on each other in a circle. "
            + $"Remove one of these arrows, the weakest first:\n{Describe(circle, arrows)}");
    }

    [Fact]
    public void A_circle_is_found_and_its_arrows_are_named()
    {
        Arrow[] arrows =
        [
            new("A", "B", "B.x"), new("B", "C", "C.y"), new("C", "A", "A.z"), new("C", "D", "D.w"), new("D", "E", "E.v"),
        ];
        var circle = Assert.Single(Circles.In(arrows));
        Assert.Equal(["A", "B", "C"], circle);
        Assert.Equal("  A → B: B.x\n  B → C: C.y\n  C → A: A.z", Describe(circle, arrows));
    }

    /// <summary>A name that does not bind would be an arrow that the other tests do not see.</summary>
    [Fact]
    public void The_names_in_the_generator_bind()
    {
        var folder = FolderOf("generators/SuParDsl.Generators");
        Assert.DoesNotContain(
            ProjectSources.Compile(folder).GetDiagnostics(),
            static d => d.Id is "CS0103" or "CS0246" or "CS0234" or "CS1061" or "CS0117" or "CS7036" or "CS1503");
        Assert.Contains(
            ArrowsOf("generators/SuParDsl.Generators"),
            static arrow => arrow is { From: "DeclarationGenerator.cs", To: "Emitting/EmittedFile.cs" });
    }

    private static string FolderOf(string project) => RepositoryRoot.File(project);

    private static IReadOnlyList<Arrow> ArrowsOf(string project) => Arrows.GetOrAdd(
        project,
        static project => new(() => SourceGraph.Files(ProjectSources.Compile(FolderOf(project)), FolderOf(project)))).Value;

    /// <summary>The arrows inside a circle, those with the fewest reasons first.</summary>
    private static string Describe(IReadOnlyList<string> circle, IEnumerable<Arrow> arrows) => string.Join("\n", arrows
        .Where(arrow => circle.Contains(arrow.From) && circle.Contains(arrow.To))
        .GroupBy(static arrow => $"{arrow.From} → {arrow.To}")
        .OrderBy(static pair => pair.Count())
        .Select(static pair => $"  {pair.Key}: {string.Join("; ", pair.Select(static arrow => arrow.Reason).Take(3))}"));
}
