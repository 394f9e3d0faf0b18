namespace SuParDsl.Packaging.Tests;

public sealed class SandboxTests : IDisposable
{
    private readonly Sandbox sandbox = new();

    public void Dispose() => sandbox.Dispose();

    [Fact]
    public void A_stand_in_replaces_a_link_and_not_the_program_behind_it()
    {
        sandbox.Write("usr/tool", "the machine's own");
        File.CreateSymbolicLink(sandbox["bin/tool"], sandbox["usr/tool"]);
        sandbox.Program("tool", "exit 3");
        Assert.Equal("the machine's own", sandbox.Read("usr/tool"));
        Assert.Equal("#!/bin/bash\nexit 3\n", sandbox.Read("bin/tool"));
    }
}
