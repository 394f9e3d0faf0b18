using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace SuParDsl.Engine;

/// <summary>
/// A copy of TorchSharp's native library for C++ libraries older than GCC 13's (Debian 12, Ubuntu 22.04). These lack one
/// function, which initializes the iostreams in newer ones; older ones initialize them without a call. In the copy, the call goes
/// to <c>std::locale::classic()</c>, which has neither arguments nor side effects. The package itself is not modified.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class OlderCxxCopy
{
    /// <summary>
    /// The version of libstdc++ that the library requires, and the only function that it needs of that version.
    /// </summary>
    public const string MissingVersion = "GLIBCXX_3.4.32", MissingSymbol = "_ZSt21ios_base_library_initv";

    private const string OtherVersion = "GLIBCXX_3.4", OtherSymbol = "_ZNSt6locale7classicEv";

    /// <summary>
    /// Loads the copy from the user's cache, which it is written to first if it is missing, or from a temporary folder.
    /// </summary>
    /// <exception cref="EngineException">The library is not the expected one, or the copy cannot be loaded either.</exception>
    public static nint Load(string path)
    {
        var name = Path.GetFileName(path);
        byte[] original, copy;
        try
        {
            original = File.ReadAllBytes(path);
            copy = ElfSymbolVersions.Redirect(original, (MissingVersion, MissingSymbol), (OtherVersion, OtherSymbol));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or BadImageFormatException)
        {
            throw new EngineException(
                $"{path} needs {MissingVersion}, which this system's C++ library does not have, and cannot be adapted "
                + $"to do without it ({error.Message}): use the file of TorchSharp {EngineVersions.TorchSharp}, "
                + "or a system with the C++ library of GCC 13 or later",
                error);
        }

        return LibraryCache.Load(name, Convert.ToHexStringLower(SHA256.HashData(original)), copy);
    }
}
