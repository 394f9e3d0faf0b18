namespace SuParDsl.Docs.Tests.Pages;

/// <summary>
/// Every C# block on these pages compiles with the generator and the analyzers. The programs among them run, and the output
/// that the pages show is their output.
/// </summary>
[Collection(nameof(UsesTheConsole))]
public sealed class CompiledPageTests
{
    /// <summary>The pages, and whether all blocks of a page form one program instead of one for each section.</summary>
    public static TheoryData<string, bool> Pages => new()
    {
        { "README.md", false },
        { "docs/emitted-code.md", true },
        { "docs/from-pytorch.md", false },
        { "docs/training-loop.md", true },
        { "docs/generation.md", true },
        { "docs/experts.md", true },
        { "docs/language/README.md", false },
        { "docs/language/flow.md", false },
        { "docs/language/layers.md", false },
        { "docs/language/attributes.md", false },
        { "docs/language/shapes-and-roles.md", false },
        { "docs/language/sparsity.md", false },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public void Its_code_compiles_and_prints_what_the_page_shows(string page, bool isOneProgram)
    {
        var lines = Documentation.Read(page).Split('\n').ToList();
        var outputs = PageProgram.Of(page, isOneProgram).SelectMany(static program => program.Run()).ToList();
        foreach (var (fence, text) in outputs.OrderByDescending(static output => output.Fence.FirstLine))
        {
            lines.RemoveRange(fence.FirstLine, fence.Count);
            lines.InsertRange(fence.FirstLine, text.Split('\n'));
        }

        Documentation.Check(page, string.Join('\n', lines));
    }
}

/// <summary>Tests that redirect the console's output, so they run one after the other.</summary>
[CollectionDefinition(nameof(UsesTheConsole), DisableParallelization = true)]
public sealed class UsesTheConsole;
