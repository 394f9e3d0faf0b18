using System.Runtime.InteropServices;
using SuParDsl.Processes;

namespace SuParDsl.Packaging.Tests;

/// <summary>The reason why the engine cannot be loaded is reported in one line, with the remedy.</summary>
[Collection(nameof(Workshop))]
public sealed class EngineErrorTests(Workshop workshop)
{
    private readonly EngineProgram program = new(workshop, "errors");

    [Fact]
    public void An_unknown_engine_is_refused_by_the_build()
    {
        using var folder = new Folder();
        var (code, output) = folder.Dotnet(
            RepositoryRoot.Path, "msbuild", "src/SuParDsl", "-t:CheckEngine", "-p:Torch=system", "-nologo", "-v:quiet");
        Assert.Equal(1, code);
        Assert.Contains("error : Torch is 'system': it must be cpu or cuda.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_project_without_libtorch_gets_a_message_with_what_to_reference()
    {
        var references = Workshop.References;
        var without = new EngineProgram(
            workshop, "without",
            references[..references.IndexOf("<PackageReference Include=\"libtorch", StringComparison.Ordinal)]);
        var built = without.Publish("built");
        var error = await ErrorOf(built, "LD_LIBRARY_PATH", without["built"]);
        Assert.Matches("(libtorch_cpu|libc10)\\.so is in none of the program's folders|is libtorch before "
            + "2\\.9|libLibTorchSharp\\.so needs the function", error);
        Assert.Contains("reference ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_libtorch_that_does_not_fit_and_folders_that_cannot_be_written_are_named()
    {
        var built = program.Publish("built");
        var cache = program["cache"];
        EngineProgram.AssertRan(await Command.Run("dotnet", [built], "", EngineProgram.Cache(cache)));

        // A folder below a file can never be written.
        var nowhere = new Dictionary<string, string> { ["XDG_CACHE_HOME"] = built + "/cache", ["TMPDIR"] = built + "/temporary" };
        if (Directory.Exists(cache))
        {
            var error = await ErrorOf(built, nowhere);
            Assert.Contains(
                "the copy of libLibTorchSharp.so that this system's C++ library can load was not loaded (",
                error,
                StringComparison.Ordinal);
            Assert.Contains(built + "/cache", error, StringComparison.Ordinal);
            Assert.Contains(built + "/temporary", error, StringComparison.Ordinal);
            Assert.Contains("set XDG_CACHE_HOME or TMPDIR to a folder", error, StringComparison.Ordinal);
        }
        else
        {
            // This system's C++ library loads TorchSharp's own file.
            EngineProgram.AssertRan(await Command.Run("dotnet", [built], "", nowhere));
        }

        var library = Path.Combine(Path.GetDirectoryName(built)!, "runtimes", "linux-x64", "native", "libtorch_cpu.so");
        File.Delete(library);
        File.WriteAllText(library, "this is no library");
        Assert.Contains(
            $"libtorch_cpu.so cannot be loaded on {RuntimeInformation.OSDescription}: {library}: ",
            await ErrorOf(built),
            StringComparison.Ordinal);

        // The version comes from the library itself, so a library has to be compiled.
        if (HasCompiler)
        {
            File.Delete(library);
            File.WriteAllText(program["another.c"],
                "unsigned long aoti_torch_abi_version(void) { return 2ul << 56 | 7ul << 48 | 1ul << 40; }\n");
            var (code, output) = await Command.Run("cc", ["-shared", "-fPIC", "-o", library, program["another.c"]]);
            Assert.True(code == 0, output);
            Assert.Contains(
                $"{library} is libtorch 2.7.1: TorchSharp 0.107.0 needs libtorch {Command.Metadata("LibTorchVersion")}, "
                + "so reference",
                await ErrorOf(built), StringComparison.Ordinal);
        }
    }

    private static bool HasCompiler => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Any(static folder => File.Exists(Path.Combine(folder, "cc")));

    private Task<string> ErrorOf(string built, string? variable = null, string? value = null) => ErrorOf(
        built, variable is null ? EngineProgram.Cache(program["cache"]) : new() { [variable] = value! });

    // Returns the line of the exception that ends the program.
    private static async Task<string> ErrorOf(string built, Dictionary<string, string> environment)
    {
        var (code, output) = await Command.Run("dotnet", [built], "", environment);
        Assert.NotEqual(0, code);
        Assert.DoesNotContain("Consider referencing one of the combination packages", output, StringComparison.Ordinal);
        EngineProgram.AssertNothingCopied(built);
        return output.Split('\n').First(static line => line.Contains("EngineException: ", StringComparison.Ordinal));
    }
}
