namespace SuParDsl.Generators.Tests;

/// <summary>Compares a text with its verified file, unless the build asks for Verify with HasVerify=true.</summary>
internal static class Snapshot
{
    public static Task Check(string folder, string name, string text)
    {
        var verified = Path.Combine(folder, name + ".verified.cs");
        var received = Path.Combine(folder, name + ".received.cs");
        if (Environment.GetEnvironmentVariable("SUPAR_UPDATE_SNAPSHOTS") == "1")
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true",
                "snapshots are read and committed by a person, never updated by CI");
            File.WriteAllText(verified, text);
        }

        if (File.Exists(verified) && File.ReadAllText(verified) == text)
        {
            File.Delete(received);
            return Task.CompletedTask;
        }

        File.WriteAllText(received, text);
        Assert.Fail($"{name} differs from {verified}: compare it with {received}, or set SUPAR_UPDATE_SNAPSHOTS=1");
        return Task.CompletedTask;
    }
}
