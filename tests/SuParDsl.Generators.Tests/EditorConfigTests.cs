using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.CodeAnalysis;

namespace SuParDsl.Generators.Tests;

/// <summary>
/// Runs the SDK's own compiler with the generator, the analyzers and a real <c>.editorconfig</c> file beside the source.
/// </summary>
public sealed class EditorConfigTests : IDisposable
{
    private const string Source = """
        [Block]
        public partial class M([MuWidth] int width)
        {
            public Linear Up { get; } = new(width, width);
            public Linear Down { get; } = new(width, width);
            [Flow] Tensor Flow(Tensor x) => x | Up;
        }
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("supar-editorconfig").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(null, "warning SUP120", true)]
    [InlineData("dotnet_diagnostic.SUP120.severity = error", "error SUP120", false)]
    [InlineData("dotnet_diagnostic.SUP120.severity = none", null, true)]
    [InlineData("dotnet_analyzer_diagnostic.category-SuParDsl.Shapes.severity = error", "error SUP120", false)]
    public void A_file_sets_the_severity(string? setting, string? expected, bool compiles)
    {
        var (exit, output) = Compile(setting);

        Assert.Equal(compiles, exit == 0);
        Assert.Equal(expected is not null, output.Contains("SUP120", StringComparison.Ordinal));
        Assert.Contains(expected ?? string.Empty, output, StringComparison.Ordinal);
        Assert.DoesNotContain("CS", output, StringComparison.Ordinal);
    }

    private (int Exit, string Output) Compile(string? setting)
    {
        var runtime = RuntimeEnvironment.GetRuntimeDirectory();
        var root = Path.GetFullPath(Path.Combine(runtime, "../../.."));
        var compiler = Directory.GetDirectories(Path.Combine(root, "sdk"), "10.*").Order(StringComparer.Ordinal).Last();
        Write("Model.cs", Source);
        Write("Usings.cs", Harness.Usings);
        Write(".editorconfig", $"root = true\n\n[*.cs]\n{setting}\n");
        var arguments = new[]
        {
            "/nologo", "/target:library", "/langversion:14", "/nullable:enable", "/nowarn:CS1701,CS1702", "/out:Model.dll",
            $"/analyzer:{typeof(DeclarationGenerator).Assembly.Location}", "/analyzerconfig:.editorconfig", "Model.cs",
                "Usings.cs",
        };
        var references = Harness.Compile(Source).References.OfType<PortableExecutableReference>().Select(static r =>
            $"/reference:\"{r.FilePath}\"");
        Write("compile.rsp", string.Join("\n", arguments.Concat(references)));
        var start = new ProcessStartInfo(Path.Combine(root, "dotnet"))
        {
            ArgumentList = { Path.Combine(compiler, "Roslyn/bincore/csc.dll"), "/noconfig", "@compile.rsp" },
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(folder, name), text);
}
