using static SuParDsl.Processes.Command;

namespace SuParDsl.Native.Tests;

/// <summary>
/// The engine's own tests, run once more with the native file compiled for AddressSanitizer and UndefinedBehaviorSanitizer:
/// once as it is, once with faults planted in it.
/// </summary>
public sealed class Sanitizers : IDisposable
{
    // No frame pointers means no stack in a report. libtorch's classes come without what the vptr check needs.
    private const string Flags =
        "-O1 -g -fno-omit-frame-pointer -fsanitize=address -fsanitize=undefined -fno-sanitize=vptr -fno-sanitize-recover=undefined";

    // The runtime has its own handlers for these signals and keeps tensors where no search for leaks looks.
    private const string Options = "detect_leaks=0:handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_abort=0:use_sigaltstack=0:abort_on_error=1";

    private readonly string folder = Directory.CreateTempSubdirectory("supardsl-sanitizers-").FullName;
    private readonly Task compiled;

    public Sanitizers() => compiled = Missing is null
        ? Task.WhenAll(Compile("sound", static source => source), Compile("planted", PlantedFaults.In))
        : Task.CompletedTask;

    /// <summary>Why the tests cannot run here; null where they can.</summary>
    public static string? Missing { get; } =
        Metadata("Torch") != "system" ? $"Torch is '{Metadata("Torch")}': the native file stands behind Torch=system only"
        : Runtimes().FirstOrDefault(static file => !File.Exists(file)) is { } file ? $"GCC has no {file} here"
        : null;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Runs the engine's tests, or those that a filter names, on one of the two libraries.</summary>
    /// <returns>The exit code and what the test runner and the sanitizers say.</returns>
    public async Task<(int Code, string Said)> Test(string library, string filter)
    {
        await compiled;
        var reports = Directory.CreateDirectory(Path.Combine(folder, Guid.NewGuid().ToString("N"))).FullName;
        var (code, output) = await Run(
            "dotnet", ["test", Path.Combine(folder, library, "SuParDsl.Torch.Tests.dll"), "--filter", filter],
            environment: new Dictionary<string, string>
            {
                ["LD_PRELOAD"] = string.Join(' ', Runtimes()),
                ["ASAN_OPTIONS"] = $"{Options}:log_path={reports}/address",
                ["UBSAN_OPTIONS"] = "print_stacktrace=1",
            });
        return (code, output + string.Concat(Directory.GetFiles(reports).Select(File.ReadAllText)));
    }

    private static string[] Runtimes() => [.. ((string[])["libasan.so", "libubsan.so"]).Select(RuntimeFile)];

    private static string RuntimeFile(string name) => Run("gcc", ["-print-file-name=" + name]).GetAwaiter().GetResult().Output.Trim();

    private async Task Compile(string name, Func<string, string> change)
    {
        var project = Path.Combine(Metadata("Repository"), "src/SuParDsl.Torch");
        var target = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        foreach (var file in Directory.GetFiles(Tests()))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }

        var source = Path.Combine(folder, name + ".cpp");
        await File.WriteAllTextAsync(source, change(await File.ReadAllTextAsync(Path.Combine(project, "Native/supar_torch.cpp"))));
        var (code, output) = await Run(
            "dotnet",
            [
                "msbuild", project, "-t:CompileSuParTorch", "-v:quiet", "-nologo",
                "-p:Configuration=" + Metadata("Configuration"), "-p:SuParTorchSource=" + source,
                $"-p:SuParTorchFolder={folder}/{name}-built/", "-p:SuParTorchExtraFlags=" + Flags,
            ]);
        Assert.True(code == 0, output);
        File.Copy(Path.Combine(folder, name + "-built", "libsupar_torch.so"), Path.Combine(target, "libsupar_torch.so"), overwrite: true);
    }

    private static string Tests() =>
        Path.Combine(Metadata("Repository"), "tests/SuParDsl.Torch.Tests/bin", Metadata("Configuration"), "net10.0");
}
