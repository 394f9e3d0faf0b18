namespace SuParDsl.Packaging.Tests;

/// <summary>Tests what run.sh calls.</summary>
public sealed class RunScriptTests : IDisposable
{
    private readonly Sandbox sandbox = new("run.sh");

    public RunScriptTests()
    {
        sandbox.Script("setup.sh", "");
        sandbox.Script("scripts/build.sh", """echo "build ${1##*/}" """);
        sandbox.Script("scripts/fetch-digits.sh", """echo digits; exit "$(cat "$HERE/fetched")" """);
        sandbox.Write("fetched", "0");
        sandbox.Write("examples/NanoGpt/NanoGpt.csproj", "");
        sandbox.Write("examples/NanoGpt/Program.cs", "TextData");
        sandbox.Write("examples/Mlp/Mlp.csproj", "");
        sandbox.Write("examples/Mlp/Program.cs", "new ImageData()");
        sandbox.Program("dotnet", """echo "${1##*/} ${*:2}" """);
    }

    public void Dispose() => sandbox.Dispose();

    [Theory]
    [InlineData("build NanoGpt\nNanoGpt.dll train\n")]
    [InlineData("build NanoGpt\nNanoGpt.dll train --steps 5\n", "--steps", "5")]
    [InlineData("build NanoGpt\nNanoGpt.dll check\n", "NanoGpt", "check")]
    [InlineData("build Mlp\ndigits\nMlp.dll train --steps 5\n", "Mlp", "train", "--steps", "5")]
    [InlineData("build Mlp\nMlp.dll train --data there\n", "Mlp", "train", "--data", "there")]
    [InlineData("build Mlp\nMlp.dll train --help\n", "Mlp", "train", "--help")]
    [InlineData("build Mlp\nMlp.dll table\n", "Mlp", "table")]
    public void Digits_are_fetched_where_an_example_trains_on_them(string said, params string[] arguments) =>
        Assert.Equal((0, said), sandbox.Run("run.sh", arguments));

    [Fact]
    public void Without_its_digits_an_example_is_not_started()
    {
        sandbox.Write("fetched", "2");
        Assert.Equal((2, "build Mlp\ndigits\n"), sandbox.Run("run.sh", "Mlp", "train"));
    }

    [Fact]
    public void An_example_is_built_again_only_if_a_source_changed()
    {
        sandbox.Write("src/SuParDsl/Layer.cs", "class Layer;");
        Assert.Equal((0, "build NanoGpt\nNanoGpt.dll table\n"), sandbox.Run("run.sh", "NanoGpt", "table"));
        Assert.Equal((0, "build NanoGpt\nNanoGpt.dll table\n"), sandbox.Run("run.sh", "NanoGpt", "table"));
        sandbox.Write("examples/NanoGpt/bin/Release/net10.0/NanoGpt.dll", "");
        Assert.Equal((0, "NanoGpt.dll table\n"), sandbox.Run("run.sh", "NanoGpt", "table"));

        sandbox.Write("examples/NanoGpt/runs/first/options.json", "{}");
        Assert.Equal((0, "NanoGpt.dll table\n"), sandbox.Run("run.sh", "NanoGpt", "table"));

        sandbox.Write("src/SuParDsl/Layer.cs", "sealed class Layer;");
        Assert.Equal((0, "build NanoGpt\nNanoGpt.dll table\n"), sandbox.Run("run.sh", "NanoGpt", "table"));
        File.Delete(sandbox["src/SuParDsl/Layer.cs"]);
        Assert.Equal((0, "build NanoGpt\nNanoGpt.dll table\n"), sandbox.Run("run.sh", "NanoGpt", "table"));
        Assert.Equal((0, "NanoGpt.dll table\n"), sandbox.Run("run.sh", "NanoGpt", "table"));
    }

    [Fact]
    public void A_build_that_fails_is_tried_again()
    {
        sandbox.Write("examples/NanoGpt/bin/Release/net10.0/NanoGpt.dll", "");
        sandbox.Script("scripts/build.sh", "echo broken; exit 1");
        Assert.Equal((1, "broken\n"), sandbox.Run("run.sh", "NanoGpt", "table"));
        Assert.Equal((1, "broken\n"), sandbox.Run("run.sh", "NanoGpt", "table"));
    }

    [Fact]
    public void The_program_is_told_how_it_was_called()
    {
        sandbox.Program("dotnet", """echo "$SUPAR_COMMAND" """);
        Assert.Equal((0, $"build NanoGpt\n{sandbox["run.sh"]} NanoGpt\n"), sandbox.Run("run.sh", "NanoGpt", "table"));
    }

    [Fact]
    public void An_example_that_is_not_there_is_refused() =>
        Assert.Equal(
            (2, "run.sh: there is no example 'Gpt': it must be one of Mlp NanoGpt \n"), sandbox.Run("run.sh", "Gpt", "train"));
}
