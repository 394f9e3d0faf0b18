using System.IO.Compression;

namespace SuParDsl.Packaging.Tests;

/// <summary>Tests the package as its users get it: restored from a feed, without anything of the repository.</summary>
[Collection(nameof(Workshop))]
public sealed class PackageTests(Workshop workshop)
{
    private const string Analyzers = "analyzers/dotnet/roslyn4.14/cs/";

    [Fact]
    public void It_holds_the_library_and_the_compilers_parts()
    {
        using var package = ZipFile.OpenRead(workshop.Package);
        var names = package.Entries.Select(static entry => entry.FullName).ToHashSet();
        Assert.Superset(
            new HashSet<string>
            {
                "lib/net10.0/SuParDsl.dll", "lib/net10.0/SuParDsl.xml", Analyzers + "SuParDsl.Generators.dll",
                Analyzers + "SuParDsl.CodeFixes.dll", "build/SuParDsl.props", "build/EngineSetup.cs", "README.md", "LICENSE",
                "sbom.cdx.json",
            },
            names);
        Assert.Equal(2, names.Count(static name => name.StartsWith("analyzers/", StringComparison.Ordinal)));
        Assert.Equal(2, names.Count(static name => name.StartsWith("build/", StringComparison.Ordinal)));
        Assert.DoesNotContain(names, static name => name.StartsWith("runtimes/", StringComparison.Ordinal));

        // TorchSharp, and the packages whose versions it pins. The user chooses libtorch's own package.
        Assert.Equal(
            ["Google.Protobuf", "SharpZipLib", "SkiaSharp", "TorchSharp"],
            Nuspec.Dependencies(package).Select(static dependency => dependency.Id).Order());
    }

    [Fact]
    public void Two_packs_are_the_same_bytes() =>
        Assert.Equal(File.ReadAllBytes(workshop.Package), File.ReadAllBytes(workshop.PackedAgain));

    [Fact]
    public void A_project_is_checked_as_it_compiles_and_trains()
    {
        Directory.CreateDirectory(workshop["consumer"]);
        Assert.True(File.Exists(workshop.Package));
        File.WriteAllText(workshop["consumer/consumer.csproj"], $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>{Workshop.References}</ItemGroup>
            </Project>
            """);

        var good = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Consumer", "Good.cs"));
        File.WriteAllText(
            workshop["consumer/Program.cs"],
            good.Replace("Mid { get; } = new(width, width)", "Mid { get; } = new(3 * width, width)"));
        var (refused, errors) = workshop.Dotnet("consumer", "build", "--nologo");
        Assert.Equal(1, refused);
        Assert.Matches(@"Program\.cs\(\d+,\d+\): error SUP101: 'Mid' maps 3·width", errors);

        File.WriteAllText(workshop["consumer/Program.cs"], good);
        var (code, output) = workshop.Dotnet("consumer", "run");
        Assert.True(code == 0, output);
        double[] losses =
        [
            .. output.Split('\n').Where(static line => line.StartsWith("loss ", StringComparison.Ordinal))
                .Select(static line => double.Parse(line[5..])),
        ];
        Assert.Equal(3, losses.Length);
        Assert.True(losses[2] < losses[0], output);
    }

    [Fact]
    public void The_implicit_usings_can_be_turned_off()
    {
        Assert.True(File.Exists(workshop.Package));
        Directory.CreateDirectory(workshop["plain"]);
        File.WriteAllText(workshop["plain/plain.csproj"], $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <SuParDslImplicitUsings>false</SuParDslImplicitUsings>
              </PropertyGroup>
              <ItemGroup>{Workshop.References}</ItemGroup>
            </Project>
            """);

        var good = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Consumer", "Good.cs"));
        File.WriteAllText(workshop["plain/Program.cs"], good);
        var (refused, errors) = workshop.Dotnet("plain", "build", "--nologo");
        Assert.Equal(1, refused);
        Assert.Contains("CS0246", errors, StringComparison.Ordinal);

        const string Usings = """
            using SuParDsl;
            using SuParDsl.Optimizers;
            using TorchSharp;
            using static SuParDsl.FlowOps;
            using Tensor = TorchSharp.torch.Tensor;

            """;
        File.WriteAllText(workshop["plain/Program.cs"], Usings + good);
        var (code, output) = workshop.Dotnet("plain", "build", "--nologo");
        Assert.True(code == 0, output);
    }

    [Fact]
    public void The_template_gives_a_project_that_trains()
    {
        string[] hive = ["--debug:custom-hive", workshop["hive"]];
        Assert.True(File.Exists(workshop.Package));
        Workshop.Succeed(workshop.Dotnet("", ["new", "install", workshop.Templates, .. hive]));
        Workshop.Succeed(workshop.Dotnet("", ["new", "supar-gpt", "-n", "MyGpt", .. hive]));
        var output = Workshop.Succeed(workshop.Dotnet("MyGpt", "run", "--", "Program.cs", "5"));
        Assert.Contains("step 5/5 loss ", output);
        Assert.True(File.Exists(workshop["MyGpt/model.safetensors"]));
        Assert.StartsWith("namespace MyGpt;", File.ReadAllText(workshop["MyGpt/Gpt.cs"]));
    }
}
