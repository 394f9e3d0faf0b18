using System.Globalization;
using System.Reflection;
using SuParDsl.Docs.Tests.Pages;

namespace SuParDsl.Docs.Tests;

/// <summary>Tests the example that is one short file without the lab.</summary>
[Collection(nameof(UsesTheConsole))]
public sealed class MinimalExampleTests
{
    private const string File = "examples/Minimal/Program.cs";

    [Fact]
    public void It_is_one_short_file_without_the_lab()
    {
        Assert.Equal([Documentation.PathOf(File)], Directory.GetFiles(Documentation.PathOf("examples/Minimal"), "*.cs"));
        Assert.InRange(Documentation.Read(File).Split('\n').Length, 1, 99);
        Assert.DoesNotContain(Assembly.Load("Minimal").GetReferencedAssemblies(), static name => name.Name == "SuParDsl.Lab");
    }

    [Fact]
    public void It_tunes_a_small_model_and_trains_a_large_one()
    {
        var (before, output) = (Environment.CurrentDirectory, Console.Out);
        var folder = Directory.CreateTempSubdirectory("minimal").FullName;
        using var printed = new StringWriter(CultureInfo.InvariantCulture);
        try
        {
            (Environment.CurrentDirectory, string[] arguments) = (folder, ["2"]);
            Console.SetOut(printed);
            Assembly.Load("Minimal").EntryPoint!.Invoke(null, [arguments]);
            Assert.True(System.IO.File.Exists(Path.Combine(folder, "spirals.safetensors")));
        }
        finally
        {
            Console.SetOut(output);
            Environment.CurrentDirectory = before;
            Directory.Delete(folder, recursive: true);
        }

        var losses = printed.ToString()
            .Split('\n')
            .Where(static line => line.StartsWith("learning rate ", StringComparison.Ordinal));
        Assert.Equal(7, losses.Count());
        Assert.Contains("1024×1024", printed.ToString(), StringComparison.Ordinal);
    }
}
