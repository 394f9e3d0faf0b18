using VerifyXunit;

namespace SuParDsl.Generators.Tests;

/// <summary>Compares a text with its verified file, by Verify.</summary>
internal static class Snapshot
{
    public static Task Check(string folder, string name, string text) =>
        Verifier.Verify(text, "cs").UseDirectory(folder).UseFileName(name).ToTask();
}
