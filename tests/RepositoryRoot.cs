using System.Reflection;

namespace SuParDsl;

/// <summary>The folder of the checkout that the tests were built from.</summary>
/// <remarks>
/// The build writes it into the assembly. [CallerFilePath] does not work for this, because a build by CI is deterministic
/// and maps every source path to /_/.
/// </remarks>
internal static class RepositoryRoot
{
    /// <summary>Its full path.</summary>
    public static string Path { get; } = typeof(RepositoryRoot).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(static data => data.Key == "RepositoryRoot").Value!;

    /// <summary>The full path of a file or folder of the repository.</summary>
    public static string File(string name) => System.IO.Path.Combine(Path, name);
}
