using System.Net;
using System.Text;

namespace SuParDsl.Packaging.Tests;

/// <summary>Tests what a restore refuses, with a copy of one project's settings.</summary>
public sealed class RestoreTests : IDisposable
{
    private const string Project = "generators/SuParDsl.Generators/SuParDsl.Generators.csproj";
    private const string Lock = "locks/SuParDsl.Generators.json";

    private readonly Folder folder = new();

    public RestoreTests()
    {
        foreach (var file in (string[])["Directory.Build.props", "Directory.Packages.props", "global.json", Project, Lock])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder[file])!);
            File.Copy(Path.Combine(RepositoryRoot.Path, file), folder[file]);
        }
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Locked_packages_are_restored()
    {
        var before = File.ReadAllText(folder[Lock]);
        var (code, output) = Restore("-p:RestoreLockedMode=true");
        Assert.True(code == 0, output);
        Assert.Equal(before, File.ReadAllText(folder[Lock]));
    }

    [Fact]
    public void A_package_whose_content_changed_is_refused()
    {
        const string Mark = "\"contentHash\": \"";
        var text = File.ReadAllText(folder[Lock]);
        var start = text.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length;
        File.WriteAllText(folder[Lock], text[..start] + "AAAA" + text[(start + 4)..]);
        var (code, output) = Restore();
        Assert.Equal(1, code);
        Assert.Contains("NU1403: Package content hash validation failed for", output);
    }

    [Fact]
    public void Another_version_than_the_locked_one_is_refused()
    {
        var versions = File.ReadAllText(folder["Directory.Packages.props"]);
        File.WriteAllText(
            folder["Directory.Packages.props"], versions.Replace("<RoslynVersion>4.14.0<", "<RoslynVersion>4.13.0<"));
        var (code, output) = Restore("-p:RestoreLockedMode=true");
        Assert.Equal(1, code);
        Assert.Contains(
            "NU1004: The package reference Microsoft.CodeAnalysis.CSharp version has changed from [4.14.0, ) to [4.13.0, )",
            output);
    }

    [Fact]
    public async Task A_package_with_a_known_hole_is_refused_even_a_small_one_in_a_dependency()
    {
        using var advisories = new HttpListener();
        var address = $"http://localhost:{FreePort()}/";
        advisories.Prefixes.Add(address);
        advisories.Start();
        var served = Serve(advisories, new()
        {
            ["/index.json"] =
                $$"""{"version":"3.0.0","resources":[{"@id":"{{address}}list.json","@type":"VulnerabilityInfo/6.7.0"}]}""",
            ["/list.json"] = $$"""[{"@name":"all","@id":"{{address}}all.json","@updated":"2026-01-01T00:00:00Z"}]""",
            ["/all.json"] =
                """{"microsoft.codeanalysis.common":[{"url":"https://example.org/hole","severity":0,"versions":"[4.14.0]"}]}""",
        });
        File.WriteAllText(folder["nuget.config"], $"""
            <configuration>
              <auditSources>
                <clear />
                <add key="advisories" value="{address}index.json" allowInsecureConnections="true" />
              </auditSources>
            </configuration>
            """);
        var (code, output) = Restore();
        advisories.Stop();
        await served;
        Assert.Equal(1, code);
        const string Hole =
            "Package 'Microsoft.CodeAnalysis.Common' 4.14.0 has a known low severity vulnerability, https://example.org/hole";
        Assert.Contains("error NU1901: Warning As Error: " + Hole, output);
    }

    [Theory]
    [InlineData("SuParDsl.Generators", "cpu", true, true)]
    [InlineData("SuParDsl.Generators.Tests", "cpu", false, true)]
    [InlineData("SuParDsl.Generators.Tests", "cpu", true, false)]
    [InlineData("SuParDsl.Generators", "cuda", false, false)]
    public void Only_CUDA_and_the_project_that_brings_Verify_have_no_lock(string name, string torch, bool hasVerify, bool locked)
    {
        File.Copy(folder[Project], folder[name + ".csproj"]);
        var (code, output) = folder.Dotnet(
            "", "msbuild", name + ".csproj", $"-p:HasVerify={(hasVerify ? "true" : "false")}", "-p:Torch=" + torch,
            "-getProperty:NuGetLockFilePath");
        Assert.Equal((0, locked ? folder[$"locks/{name}.json"] : string.Empty), (code, output.Trim()));
    }

    [Fact]
    public void Every_project_has_a_lock_and_no_other_is_left() => Assert.Equal(
        ((string[])["src", "generators", "examples", "tests", "packaging", "templates"])
            .SelectMany(static part => Directory.GetFiles(
                Path.Combine(RepositoryRoot.Path, part),
                "*.csproj",
                // The folders of the templates hold what the templates make.
                part == "templates" ? SearchOption.TopDirectoryOnly : SearchOption.AllDirectories))
            .Select(static project => Path.GetFileNameWithoutExtension(project))
            .Order(StringComparer.Ordinal),
        Directory.GetFiles(Path.Combine(RepositoryRoot.Path, "locks"))
            .Select(static file => Path.GetFileNameWithoutExtension(file))
            .Order(StringComparer.Ordinal));

    [Fact]
    public void No_lock_names_where_its_packages_came_from()
    {
        var locks = Directory.GetFiles(Path.Combine(RepositoryRoot.Path, "locks"), "*.json", SearchOption.AllDirectories);
        Assert.NotEmpty(locks);
        Assert.All(locks, static file => Assert.DoesNotContain("://", File.ReadAllText(file)));
    }

    private (int Code, string Output) Restore(params string[] more) =>
        folder.Dotnet("", ["restore", Project, "--force", "--nologo", .. more]);

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task Serve(HttpListener listener, Dictionary<string, string> pages)
    {
        while (listener.IsListening)
        {
            try
            {
                var context = await listener.GetContextAsync();
                var found = pages.TryGetValue(context.Request.Url!.AbsolutePath, out var page);
                context.Response.StatusCode = found ? 200 : 404;
                context.Response.Close(Encoding.UTF8.GetBytes(page ?? string.Empty), willBlock: false);
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                // The listener was stopped while it waited.
            }
        }
    }
}
