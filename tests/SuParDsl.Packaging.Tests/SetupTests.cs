namespace SuParDsl.Packaging.Tests;

/// <summary>Tests what setup.sh chooses for a machine and a package feed.</summary>
public sealed class SetupTests : IDisposable
{
    private const string NoGpu =
        "setup.sh: --torch cuda: nvidia-smi finds no NVIDIA GPU on this machine: install NVIDIA's driver, or use --torch cpu\n";

    private readonly Sandbox sandbox = new("setup.sh");

    public SetupTests()
    {
        sandbox.Write("Directory.Packages.props", "<TorchSharpVersion>1.2.3</TorchSharpVersion>\n");
        sandbox.Program("dotnet", """
            [ "$1" = restore ] || exit 0
            cat "$2/probe.csproj" >> "$HERE/asked"
            grep -q '"TorchSharp-cuda-linux" Version="\[1.2.3\]"' "$2/probe.csproj" && [ -e "$HERE/has-cuda" ] && exit 0
            echo "$2/probe.csproj : error NU1101: Unable to find package TorchSharp-cuda-linux. No packages exist with this id [$2/probe.csproj]"
            exit 1
            """);
    }

    public void Dispose() => sandbox.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData("exit 9")] // no driver that works
    public void Without_a_GPU_nothing_is_written_and_the_feed_is_not_asked(string? smi)
    {
        if (smi is not null)
        {
            sandbox.Program("nvidia-smi", smi);
        }

        Assert.Equal((0, ""), Setup());
        Assert.Equal(("", ""), (sandbox.Read("Torch.user.props"), sandbox.Read("asked")));
    }

    [Fact]
    public void CUDA_is_chosen_once_where_there_are_a_GPU_and_its_package()
    {
        sandbox.Program("nvidia-smi", "");
        sandbox.Write("has-cuda", "");
        Assert.Equal(
            (0, Asking + "setup.sh: Torch=cuda: there is an NVIDIA GPU, and the package feed has TorchSharp-cuda-linux\n"),
            Setup());
        Assert.Contains("<Torch>cuda</Torch>", sandbox.Read("Torch.user.props"));
        Assert.Equal((0, ""), Setup());
    }

    [Fact]
    public void A_GPU_without_its_package_is_reported_once()
    {
        sandbox.Program("nvidia-smi", "");
        Assert.Equal(
            (0, Asking + "setup.sh: Torch=cpu: there is an NVIDIA GPU, "
                + "but the package feed does not provide TorchSharp-cuda-linux 1.2.3 "
                + "(NU1101: Unable to find package TorchSharp-cuda-linux. No packages exist with this id); "
                + "run './setup.sh --torch cuda' to try again\n"),
            Setup());
        Assert.Contains("<Torch>cpu</Torch>", sandbox.Read("Torch.user.props"));
        Assert.Equal((0, ""), Setup());
    }

    [Fact]
    public void The_requested_choice_holds()
    {
        sandbox.Program("nvidia-smi", "");
        sandbox.Write("has-cuda", "");
        Assert.Equal((0, "setup.sh: Torch=cpu: as requested\n"), Setup("--torch", "cpu"));
        Assert.Equal((0, ""), Setup());
        Assert.Contains("<Torch>cpu</Torch>", sandbox.Read("Torch.user.props"));
        Assert.Equal((0, Asking + "setup.sh: Torch=cuda: as requested\n"), Setup("--torch=cuda"));
        Assert.Contains("<Torch>cuda</Torch>", sandbox.Read("Torch.user.props"));
    }

    [Fact]
    public void CUDA_that_is_not_there_is_refused_and_the_choice_stays()
    {
        Assert.Equal(0, Setup("--torch", "cpu").Code);
        Assert.Equal((2, NoGpu), Setup("--torch", "cuda"));
        sandbox.Program("nvidia-smi", "");
        Assert.Equal(
            (2, "setup.sh: --torch cuda: the package feed does not provide TorchSharp-cuda-linux 1.2.3 "
                + "(NU1101: Unable to find package TorchSharp-cuda-linux. No packages exist with this id): "
                + "add a feed that has it with 'dotnet nuget add source ADDRESS', or use --torch cpu\n"),
            (Setup("--torch", "cuda") is var (code, said) ? code : 0, said.Replace(Asking, "")));
        Assert.Contains("<Torch>cpu</Torch>", sandbox.Read("Torch.user.props"));
    }

    [Theory]
    [InlineData("--torch is 'system': it must be cpu or cuda", "--torch", "system")]
    [InlineData("--torch is '': it must be cpu or cuda", "--torch=")]
    [InlineData("--torch needs a value: cpu or cuda", "--torch")]
    [InlineData("unknown option '--cuda': the only option is --torch cpu|cuda", "--cuda")]
    public void An_argument_without_a_meaning_is_refused_in_one_line(string why, params string[] arguments) =>
        Assert.Equal((2, $"setup.sh: {why}\n"), Setup(arguments));

    [Fact]
    public void A_choice_that_no_longer_has_a_meaning_is_refused_in_one_line()
    {
        sandbox.Write("Torch.user.props",
            "<Project>\n  <PropertyGroup>\n    <Torch>system</Torch>\n  </PropertyGroup>\n</Project>\n");
        Assert.Equal(
            (2, "setup.sh: Torch.user.props says that Torch is 'system': it must be cpu or cuda, so delete the file, "
                + "or run ./setup.sh --torch cpu\n"),
            Setup());
        Assert.Equal((0, "setup.sh: Torch=cpu: as requested\n"), Setup("--torch", "cpu"));
        Assert.Equal((0, ""), Setup());
    }

    [Fact]
    public void A_machine_without_the_SDK_gets_a_message_with_what_to_install()
    {
        sandbox.Program("dotnet", """
            [ "$1" = --list-sdks ] || exit 155
            printf '8.0.100 [/usr/share/dotnet/sdk]\n9.0.200 [/usr/share/dotnet/sdk]\n'
            """);
        Assert.Equal(
            (2, "setup.sh: global.json needs the .NET SDK 10.0.100 or a later 10.0, and this machine has 8.0.100 9.0.200: "
                + "install the .NET 10 SDK\n"),
            Setup());
        File.Delete(sandbox["bin/dotnet"]);
        Assert.Equal((2, "setup.sh: there is no 'dotnet' on PATH: install the .NET 10 SDK\n"), Setup());
    }

    private static string Asking =>
        "setup.sh: asking the package feed for TorchSharp-cuda-linux 1.2.3 (several GB where it has it)\n";

    private (int Code, string Said) Setup(params string[] arguments) => sandbox.Run("setup.sh", arguments);
}
