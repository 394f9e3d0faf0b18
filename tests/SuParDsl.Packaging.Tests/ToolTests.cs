using SuParDsl.Tool;

namespace SuParDsl.Packaging.Tests;

/// <summary>Tests the parts of the tool <c>supar</c> that run before the lab.</summary>
public sealed class ToolTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(null, "Release", "train --steps 5", "train", "--steps", "5")]
    [InlineData("../Net", "Release", "train --project x", "--project", "../Net", "train", "--project", "x")]
    [InlineData("../Net", "Debug", "", "--project=../Net", "--configuration", "Debug")]
    [InlineData(null, "Release", "[suggest:5] train", "[suggest:5]", "train")]
    [InlineData(null, "Release", "")]
    public void What_follows_the_command_is_the_labs(
        string? project, string configuration, string passedOn, params string[] arguments)
    {
        var request = ToolRequest.Read(arguments);
        Assert.Equal((project, configuration, null), (request.Project, request.Configuration, request.Shows));
        Assert.Equal(passedOn, string.Join(' ', request.Arguments));
    }

    [Theory]
    [InlineData("unknown option '--steps' before the command", "--steps", "5")]
    [InlineData("--project needs a value", "--project")]
    [InlineData("--configuration needs a value", "--configuration", "")]
    [InlineData("--configuration needs a value", "--configuration=", "train")]
    [InlineData("--build takes no value", "--build=false", "train")]
    public void A_wrong_option_of_the_tool_is_refused(string expected, params string[] arguments) =>
        Assert.StartsWith(expected, Assert.Throws<ToolException>(() => ToolRequest.Read(arguments)).Message);

    [Theory]
    [InlineData("supar", "--build", "train")]
    [InlineData("supar --project ../Net --configuration Debug", "--configuration=Debug", "--project", "../Net", "train")]
    [InlineData("supar --project 'my nets/it'\\''s'", "--project", "my nets/it's", "train")]
    public void Suggested_commands_choose_the_same_project(string called, params string[] arguments) =>
        Assert.Equal(called, ToolRequest.Read(arguments).Called);

    [Fact]
    public void The_nearest_project_is_taken()
    {
        var project = Write("Net/Net.csproj");
        Directory.CreateDirectory(folder["Net/runs/first"]);
        Assert.Equal(project, LabProject.Find(null, folder["Net"]));
        Assert.Equal(project, LabProject.Find(null, folder["Net/runs/first"]));
        Assert.Equal(project, LabProject.Find("Net", folder.Path));
        Assert.Equal(project, LabProject.Find("Net.csproj", folder["Net"]));
    }

    [Fact]
    public void A_project_that_cannot_be_told_is_refused()
    {
        Write("Two/B.csproj");
        Write("Two/A.csproj");
        Directory.CreateDirectory(folder["Empty"]);
        Refused($"'{folder["Two"]}' has several projects: choose one with --project, such as --project A.csproj", null, "Two");
        Refused("--project is 'Nowhere', but there is no such file or folder", "Nowhere", "Empty");
        Refused("--project is '.', but this folder has no .csproj file", ".", "Empty");
        Refused($"there is no project in '{folder["Empty"]}' or in a folder above it: go to a project", null, "Empty");

        void Refused(string expected, string? named, string current) => Assert.StartsWith(
            expected, Assert.Throws<ToolException>(() => LabProject.Find(named, folder[current])).Message);
    }

    [Fact]
    public void The_state_of_sources_changes_with_every_source_and_with_nothing_else()
    {
        var project = Write("Net/Net.csproj");
        Write("Library/Library.csproj");
        Write("Net/obj/project.assets.json", """
            { "libraries": { "Library/1.0.0": { "type": "project", "msbuildProject": "../Library/Library.csproj" },
                             "xunit/2.9.3": { "type": "package" } } }
            """);
        var state = SourceState.Of(project);
        Write("Net/runs/first/options.json");
        Write("Net/bin/Net.cs");
        Write("Net/.git/hook.cs");
        Assert.Equal(state, SourceState.Of(project));

        foreach (var name in (string[])
        [
            "Net/Net.csproj", "Net/Layers/Mid.cs", "Library/Layer.cs", "Directory.Build.props", "Net/.editorconfig",
            "Net/Layers/.editorconfig",
        ])
        {
            Write(name, "another text");
            var changed = SourceState.Of(project);
            Assert.True(state != changed, name);
            state = changed;
        }

        File.Delete(folder["Net/Layers/Mid.cs"]);
        Assert.NotEqual(state, SourceState.Of(project));
    }

    private string Write(string name, string text = "")
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
        File.WriteAllText(folder[name], text);
        return folder[name];
    }
}
