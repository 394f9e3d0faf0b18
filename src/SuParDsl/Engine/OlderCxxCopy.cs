using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace SuParDsl.Engine;

/// <summary>
/// A copy of TorchSharp's native library for C++ libraries older than GCC 13's (Debian 12, Ubuntu 22.04). They miss one function,
/// the call with which newer ones start the iostreams; the older ones start them by themselves. In the copy that call goes to a function
/// without arguments and effects, <c>std::locale::classic()</c>. The package itself stays as it is.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class OlderCxxCopy
{
    /// <summary>The version of libstdc++ that the library asks for, and the one function that it needs of it.</summary>
    public const string MissingVersion = "GLIBCXX_3.4.32", MissingSymbol = "_ZSt21ios_base_library_initv";

    private const string OtherVersion = "GLIBCXX_3.4", OtherSymbol = "_ZNSt6locale7classicEv";

    /// <summary>Loads the copy from the user's cache, where it is made first if it is not there, or from a temporary folder.</summary>
    /// <exception cref="EngineException">It is another library than the known one, or the copy does not load either.</exception>
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
                $"{path} needs {MissingVersion}, which this system's C++ library does not have, and is not the file of TorchSharp {EngineVersions.TorchSharp} "
                + $"that is known to do without it: {error.Message}",
                error);
        }

        return LibraryCache.Load(name, Convert.ToHexStringLower(SHA256.HashData(original)), copy);
    }
}
