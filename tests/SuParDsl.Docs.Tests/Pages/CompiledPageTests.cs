namespace SuParDsl.Docs.Tests.Pages;

/// <summary>
/// Every block of C# on these pages compiles with the generator and the analyzers, the programs among them run, and what the pages show
/// of their output is their output.
/// </summary>
[Collection(nameof(UsesTheConsole))]
public sealed class CompiledPageTests
{
    /// <summary>The pages, and whether all blocks of one are one program instead of a program for each section.</summary>
    public static TheoryData<string, bool> Pages => new()
    {
        { "README.md", false },
        { "docs/emitted-code.md", true },
        { "docs/from-pytorch.md", false },
        { "docs/training-loop.md", true },
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

/// <summary>Tests that take over the console's output, one after the other.</summary>
[CollectionDefinition(nameof(UsesTheConsole), DisableParallelization = true)]
public sealed class UsesTheConsole;
