using NanoGpt;
using SuParDsl.Lab.Sweeps;

namespace SuParDsl.Lab.Tests.Commands;

public sealed class CompletionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("", "train", "sweep", "completion")]
    [InlineData("tr", "train", "transfer")]
    [InlineData("train --de", "--decay", "--decay-mode", "--density")]
    [InlineData("train --decay-mode ", "coupled", "completep", "mup")]
    [InlineData("train --muon-shape ", "none", "tall", "spectral", "adamwrms")]
    [InlineData("train --decay ", "constant", "cosine", "linear")]
    [InlineData("train --rule su", "supar", "suparinitonly")]
    [InlineData("sweep --rules standard,mu", "standard,mup")]
    [InlineData("completion ", "bash", "zsh", "fish", "pwsh")]
    public void Commands_options_and_values_are_suggested(string line, params string[] expected)
    {
        var (code, output, error) = CommandLine.Run($"[suggest:{line.Length}]", line);
        Assert.Equal((0, string.Empty), (code, error));
        var suggested = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(expected, text => Assert.Contains(text, suggested));
        Assert.DoesNotContain("sweep-worker", suggested);
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _NanoGpt NanoGpt")]
    [InlineData("zsh", "compdef _NanoGpt NanoGpt")]
    [InlineData("fish", "complete -c NanoGpt")]
    [InlineData("pwsh", "-CommandName NanoGpt")]
    public void Each_shell_has_a_script(string shell, string expected) =>
        Assert.Contains(expected, CommandLine.Run("completion", shell).Output);

    [Fact]
    public void Another_shell_is_refused() =>
        Assert.Contains("shell is 'tcsh': it must be bash, zsh, fish, pwsh", CommandLine.Run("completion", "tcsh").Error);

    [Fact]
    public void Bash_completes_by_its_script()
    {
        if (OperatingSystem.IsWindows() || !File.Exists("/bin/bash"))
        {
            return;
        }

        var start = OwnProgram.Start(typeof(Gpt), []);
        var program = folder.Write("NanoGpt",
            $"#!/bin/sh\nexec '{start.FileName}' {string.Join(' ', start.ArgumentList.Select(static a => $"'{a}'"))} \"$@\"\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var script = folder.Write("completion", CommandLine.Run("completion", "bash").Output);
        var test = folder.Write("test.sh", $$"""
            source '{{script}}'
            complete -p NanoGpt
            COMP_LINE='{{program}} train --decay co'
            COMP_POINT=${#COMP_LINE}
            COMP_WORDS=('{{program}}' train --decay co)
            COMP_CWORD=3
            _NanoGpt
            echo "${COMPREPLY[@]}"
            """);
        var (_, output, error) = OtherProgram.Run("/bin/bash", "--norc", test);
        Assert.Equal(("complete -o default -F _NanoGpt NanoGpt\nconstant cosine\n", string.Empty), (output, error));
    }
}
