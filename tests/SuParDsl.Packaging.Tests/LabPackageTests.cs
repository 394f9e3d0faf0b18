namespace SuParDsl.Packaging.Tests;

/// <summary>
/// Tests the way from an empty folder to a transferred learning rate, with the packages alone: what README.md and the
/// template's own README.md say.
/// </summary>
[Collection(nameof(Workshop))]
public sealed class LabPackageTests(Workshop workshop)
{
    private const string Small = "--steps 4 --batch 16 --eval-batches 1";

    [Fact]
    public void From_the_template_to_a_report_every_command_works()
    {
        string[] hive = ["--debug:custom-hive", workshop["hive-lab"]];
        Workshop.Succeed(workshop.Dotnet("", ["new", "install", workshop.Templates, .. hive]));
        Workshop.Succeed(workshop.Dotnet("", ["new", "supar-lab", "-n", "MyNet", .. hive]));
        Workshop.Succeed(workshop.Dotnet(
            "", "tool", "install", "SuParDsl.Tool", "--version", Workshop.Version, "--tool-path", workshop["tools"]));

        Assert.EndsWith("\n  supar train --config runs/first/options.json --seed 2\n", Supar($"train --out runs/first {Small}"));
        Assert.StartsWith("Net under SuPar, Adam\n", Supar("table --width 1024 --density 1/16"));
        Supar("check --widths 32,64 --densities 1,1/4 --seeds 2 --threshold 9 --steps 1 --out runs/check");
        Supar($"sweep --densities 1,1/4 --lrs 2^-6..2^-4 --rules supar --out sweeps/lr {Small}");
        Supar("transfer sweeps/lr --widths 64 --densities 1/4 --steps 2");
        Assert.StartsWith("3 folders", Supar("report runs/first runs/check sweeps/lr --out report.html"));

        // A command of which no source changed starts the program that was built before, and a change is built.
        var program = File.GetLastWriteTimeUtc(workshop["MyNet/bin/Release/net10.0/MyNet.dll"]);
        Supar("table");
        Assert.Equal(program, File.GetLastWriteTimeUtc(workshop["MyNet/bin/Release/net10.0/MyNet.dll"]));
        var net = File.ReadAllText(workshop["MyNet/Net.cs"]);
        File.WriteAllText(workshop["MyNet/Net.cs"], net.Replace("new(width, classes)", "new(2 * width, classes)"));
        var (refused, errors) = workshop.Shell("MyNet", "supar table");
        Assert.Equal(2, refused);
        Assert.Contains("error SUP101: 'Out' maps 2·width", errors);
        Assert.EndsWith("MyNet.csproj cannot be built: the compiler's messages are above\n", errors);
        File.WriteAllText(workshop["MyNet/Net.cs"], net);
        Assert.StartsWith("Net under SuPar, Adam\n", Supar("table"));

        Assert.Contains("Passed!", Workshop.Succeed(workshop.Dotnet("MyNet", "test", "tests", "--nologo")));
    }

    private string Supar(string line) => Workshop.Succeed(workshop.Shell("MyNet", "supar " + line));
}
