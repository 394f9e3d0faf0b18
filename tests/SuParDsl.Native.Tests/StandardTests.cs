using static SuParDsl.Processes.Command;

namespace SuParDsl.Native.Tests;

/// <summary>Which C++ the native file is compiled as: what the headers of the libtorch at hand need.</summary>
public sealed class StandardTests
{
    [Theory]
    [InlineData("1.13", "c++17")]
    [InlineData("2.9", "c++17")]
    [InlineData("2.11", "c++20")]
    [InlineData("3.0", "c++20")]
    [InlineData(null, "c++17")]
    public async Task It_follows_libtorchs_version(string? version, string standard)
    {
        var libtorch = Directory.CreateTempSubdirectory("supardsl-libtorch-");
        if (version is not null)
        {
            var headers = libtorch.CreateSubdirectory("include/torch/csrc/api/include/torch").FullName;
            var parts = version.Split('.');
            await File.WriteAllLinesAsync(
                Path.Combine(headers, "version.h"), [$"#define TORCH_VERSION_MAJOR {parts[0]}", $"#define TORCH_VERSION_MINOR {parts[1]}"]);
        }

        var project = Path.Combine(Metadata("Repository"), "src/SuParDsl.Torch");
        var (code, said) = await Run(
            "dotnet", ["msbuild", project, "-p:Torch=system", "-p:LIBTORCH=" + libtorch.FullName, "-getProperty:SuParTorchStandard"]);
        libtorch.Delete(recursive: true);
        Assert.Equal((0, standard), (code, said.Trim()));
    }
}
