using SuParDsl.Processes;

namespace SuParDsl.Packaging.Tests;

/// <summary>A test that publishes a self-contained program, for which the feed must have .NET's runtime as a package.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RuntimePackFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Reason = new(WhyNot);

    public RuntimePackFactAttribute() => Skip = Reason.Value;

    private static string? WhyNot()
    {
        using var folder = new Folder();
        File.WriteAllText(folder["probe.csproj"], """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <RuntimeIdentifier>linux-x64</RuntimeIdentifier>
                <SelfContained>true</SelfContained>
              </PropertyGroup>
            </Project>
            """);
        var (code, output) = folder.Dotnet("", "restore", "probe.csproj", "--nologo");
        return code == 0 ? null : "the package feed does not give .NET's runtime: " + output.ReplaceLineEndings(" ");
    }
}
