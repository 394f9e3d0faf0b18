namespace SuParDsl.Generators.Tests.Structure;

/// <summary>No line of C# is longer than .editorconfig and CONTRIBUTING.md allow.</summary>
public sealed class LineLengthTests
{
    [Theory]
    [InlineData("generators")]
    [InlineData("src")]
    [InlineData("tests")]
    [InlineData("examples")]
    public void No_line_is_longer_than_130_characters(string folder)
    {
        var files = LongLines.Files(RepositoryRoot.File(folder)).Select(static file => (File: file, Name: NameOf(file))).ToList();
        Assert.NotEmpty(files);
        Assert.Empty(
            from file in files
            from line in LongLines.In(File.ReadAllText(file.File))
            select $"{file.Name}({line}): wrap this line, which has more than {LongLines.Most} characters");
    }

    [Fact]
    public void Long_lines_are_found_unless_they_cannot_be_broken()
    {
        var letters = new string('x', LongLines.Most);
        Assert.Equal([2], LongLines.In($"// {letters[3..]}\n// {letters}\nclass C;\n"));
        Assert.Equal([1], LongLines.In($"class C {{ const string A = \"{letters}\"; }}\n"));
        Assert.Empty(LongLines.In($"class C\n{{\n    const string A = \"\"\"\n        {letters}\n        \"\"\";\n}}\n"));
        Assert.Empty(LongLines.In($"class C\n{{\n    string A => $\"\"\"\n        {{1}}{letters}\n        \"\"\";\n}}\n"));
        Assert.Empty(LongLines.In($"// See https://example.org/{letters}\n"));
        Assert.Equal([1], LongLines.In($"// See https://example.org {letters}\n"));
    }

    private static string NameOf(string file) =>
        Path.GetRelativePath(RepositoryRoot.Path, file).Replace(Path.DirectorySeparatorChar, '/');
}
