namespace SuParDsl.Packaging.Tests;

/// <summary>Tests what scripts/build.sh prints about a build.</summary>
public sealed class BuildScriptTests : IDisposable
{
    private readonly Sandbox sandbox = new("scripts/build.sh");

    public void Dispose() => sandbox.Dispose();

    [Fact]
    public void A_build_that_succeeds_is_quiet()
    {
        sandbox.Program("dotnet", """echo "$*" > "$HERE/called"; echo a word""");
        Assert.Equal((0, ""), Build());
        Assert.Equal("build some.sln -c Release -v quiet --nologo\n", sandbox.Read("called"));
    }

    [Fact]
    public void Packages_that_the_feed_lacks_are_named_once_in_one_line()
    {
        Fails("""
            /a/b.csproj : error NU1101: Unable to find package TorchSharp. No packages exist with this id in source(s): mine [/a/all.sln]
            /a/c.csproj : error NU1101: Unable to find package TorchSharp. No packages exist with this id in source(s): mine
            /a/b.csproj : error NU1102: Unable to find package libtorch-cpu-linux-x64 with version (>= 2.10.0)
            /a/b.csproj : error NU1102:   - Found 3 version(s) in mine [ Nearest version: 2.7.1 ]
            /a/b.csproj : error NU1603: Warning As Error: X depends on SkiaSharp (>= 2.88.9) but SkiaSharp 2.88.9 was not found. SkiaSharp 3.0.0 was resolved.
            """);
        Assert.Equal(
            (1, "build.sh: the package feed lacks SkiaSharp (>= 2.88.9), TorchSharp, libtorch-cpu-linux-x64 (>= 2.10.0): "
                + "add a feed that has it with 'dotnet nuget add source ADDRESS'\n"),
            Build());
    }

    [Fact]
    public void A_feed_that_does_not_answer_is_told_from_one_that_lacks_a_package()
    {
        Fails("/a/b.csproj : error NU1301: Unable to load the service index for source http://localhost:9/index.json. "
            + "[/a/all.sln]");
        Assert.Equal(
            (1, "build.sh: the package feed does not answer. NU1301: Unable to load the service index for source "
                + "http://localhost:9/index.json.: 'dotnet nuget list source' shows the feeds\n"),
            Build());
    }

    [Fact]
    public void Other_errors_are_reported_in_full()
    {
        Fails("Program.cs(1,2): error CS1002: ; expected\nand more");
        Assert.Equal((1, "Program.cs(1,2): error CS1002: ; expected\nand more\n"), Build());
    }

    private void Fails(string said)
    {
        sandbox.Write("said", said + "\n");
        sandbox.Program("dotnet", """cat "$HERE/said"; exit 1""");
    }

    private (int Code, string Said) Build() => sandbox.Run("scripts/build.sh", "some.sln");
}
