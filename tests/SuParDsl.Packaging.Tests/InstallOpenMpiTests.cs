namespace SuParDsl.Packaging.Tests;

/// <summary>Tests how scripts/install-open-mpi.sh installs Open MPI.</summary>
public sealed class InstallOpenMpiTests : IDisposable
{
    private readonly Sandbox sandbox = new("scripts/install-open-mpi.sh");

    public InstallOpenMpiTests()
    {
        sandbox.Program("id", "echo 1000");
        sandbox.Program("true", "");
        sandbox.Program("apt-get", """echo "$1 ${DEBIAN_FRONTEND:-interactive} $(readlink "/proc/$$/fd/0")" >> "$HERE/apt" """);
    }

    public void Dispose() => sandbox.Dispose();

    [Fact]
    public void An_installed_program_is_left_as_it_is()
    {
        sandbox.Program("mpirun", "");
        Assert.Equal((0, ""), Install());
        Assert.Equal("", sandbox.Read("apt"));
    }

    // sudo resets the environment, and a question would wait for an answer that nobody gives.
    [Fact]
    public void Packages_are_installed_without_questions_under_sudo_too()
    {
        sandbox.Program("sudo", """shift; exec env -i HERE="$HERE" PATH="$PATH" "$@" """);
        Assert.Equal((0, "install-open-mpi.sh: installed Open MPI (openmpi-bin)\n"), Install());
        Assert.Equal("update noninteractive /dev/null\ninstall noninteractive /dev/null\n", sandbox.Read("apt"));
    }

    [Fact]
    public void Without_root_it_says_what_to_run()
    {
        Assert.Equal((2, "install-open-mpi.sh: root is needed: run 'sudo apt-get install openmpi-bin'\n"), Install());
        File.Delete(sandbox["bin/apt-get"]);
        Assert.Equal(
            (2, "install-open-mpi.sh: there is no apt-get: install Open MPI with this system's package manager\n"), Install());
    }

    [Fact]
    public void The_reason_why_apt_cannot_install_it_is_reported()
    {
        sandbox.Program("id", "echo 0");
        sandbox.Program("apt-get",
            """[ "$1" = update ] || { echo Reading; echo 'E: Unable to locate package openmpi-bin'; exit 100; }""");
        Assert.Equal(
            (2, "install-open-mpi.sh: apt-get cannot install openmpi-bin: E: Unable to locate package openmpi-bin\n"), Install());
    }

    private (int Code, string Said) Install() => sandbox.Run("scripts/install-open-mpi.sh");
}
