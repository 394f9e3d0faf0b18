using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Xml;
using SuParDsl.Checkpoints;

namespace SuParDsl.Lab.Data;

/// <summary>
/// The text that comes with every .NET SDK: the English reference documentation of the base library. It is extracted once from
/// the SDK's XML files, kept in the user's cache, and verified against its checksum whenever it is used.
/// </summary>
internal static class ReferenceText
{
    // This number is part of the cache folder's name. Increase it when the extraction changes.
    private const int Version = 1;
    private const string Pack = "Microsoft.NETCore.App.Ref";
    private const string TrainFile = "train.txt";
    private const string ValidationFile = "validation.txt";
    private const string ChecksumFile = "SHA256SUMS";

    /// <summary>The text of the newest reference pack, in two parts that share no paragraph.</summary>
    /// <param name="cache">The folder to keep it in.</param>
    /// <exception cref="UserException">No SDK is found.</exception>
    public static (string Name, string Train, string Validation) Load(string cache)
    {
        var pack = Find(DotnetRoots()) ?? throw new UserException(
            $"no text to train on: no .NET SDK with its reference pack ({Pack}) was found beside the running dotnet, "
            + "in DOTNET_ROOT or on the PATH; give --data FILE");
        return Load(pack, cache);
    }

    /// <summary>The text of a pack. It is read from the cache if it is there and its checksum is right.</summary>
    internal static (string Name, string Train, string Validation) Load(ReferencePack pack, string cache)
    {
        var folder = Path.Combine(cache, $"dotnet-reference-{pack.Version}-v{Version}");
        var texts = Read(folder);
        if (texts is null)
        {
            Write(folder, Extract(pack.Files));
            texts = Read(folder)
                ?? throw new UserException(
                    $"the text just written to {folder} does not have its checksum: "
                    + "check that the disk is intact and not full");
        }

        return ($".NET {pack.Version} reference documentation", texts.Value.Train, texts.Value.Validation);
    }

    /// <summary>The user's cache folder for this program.</summary>
    public static string DefaultCache()
    {
        var home = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        var root = string.IsNullOrEmpty(home)
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache")
            : home;
        return Path.Combine(root, "supardsl");
    }

    /// <summary>The pack with the highest version under the given .NET installations.</summary>
    internal static ReferencePack? Find(IEnumerable<string> roots) => roots
        .Select(static root => Path.Combine(root, "packs", Pack))
        .Where(Directory.Exists)
        .SelectMany(Directory.GetDirectories)
        .Select(static folder => new ReferencePack(
            Path.GetFileName(folder),
            Directory.Exists(Path.Combine(folder, "ref"))
                ? [.. Directory.GetFiles(Path.Combine(folder, "ref"), "*.xml", SearchOption.AllDirectories)
                    .Order(StringComparer.Ordinal)]
                : []))
        .Where(static pack => pack.Files.Count > 0)
        .OrderByDescending(static pack => System.Version.TryParse(pack.Version.Split('-')[0], out var version) ? version : new())
        .ThenByDescending(static pack => pack.Version, StringComparer.Ordinal)
        .FirstOrDefault();

    private static IEnumerable<string> DotnetRoots()
    {
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } root)
        {
            yield return root;
        }

        // <root>/shared/Microsoft.NETCore.App/<version>/
        yield return Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

        var path = Environment.GetEnvironmentVariable("PATH") ?? string.Empty;
        foreach (var folder in path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            var dotnet = new FileInfo(Path.Combine(folder, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
            if (dotnet.Exists)
            {
                yield return Path.GetDirectoryName(
                    dotnet.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? dotnet.FullName)!;
            }
        }
    }

    private static (string Train, string Validation) Extract(IReadOnlyList<string> files)
    {
        // Each file goes to one part as a whole, and a paragraph that occurs in both parts stays in the training text only.
        var validation = ValidationFiles(files);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var train = Join(files.Where(file => !validation.Contains(file)), seen);
        return (train, Join(files.Where(validation.Contains), seen));
    }

    /// <summary>Chooses files with about a tenth of all bytes. The choice depends on their names alone.</summary>
    private static HashSet<string> ValidationFiles(IReadOnlyList<string> files)
    {
        var lengths = files.ToDictionary(static file => file, static file => new FileInfo(file).Length);
        var rest = lengths.Values.Sum() / 10;
        var chosen = new HashSet<string>();
        foreach (var file in files.OrderBy(
            static file => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFileName(file))))))
        {
            if (lengths[file] <= rest && chosen.Add(file))
            {
                rest -= lengths[file];
            }
        }

        return chosen;
    }

    private static string Join(IEnumerable<string> files, HashSet<string> seen)
    {
        var text = new StringBuilder();
        foreach (var file in files)
        {
            try
            {
                using var stream = File.OpenRead(file);
                foreach (var paragraph in DocumentationText.Paragraphs(stream).Where(seen.Add))
                {
                    text.Append(paragraph).Append('\n');
                }
            }
            catch (XmlException e)
            {
                throw new UserException($"{file} is not well-formed XML ({e.Message}): repair the .NET SDK, or give --data FILE");
            }
        }

        return text.ToString();
    }

    private static (string Train, string Validation)? Read(string folder)
    {
        try
        {
            var train = File.ReadAllBytes(Path.Combine(folder, TrainFile));
            var validation = File.ReadAllBytes(Path.Combine(folder, ValidationFile));
            return File.ReadAllText(Path.Combine(folder, ChecksumFile)) == Checksums(train, validation)
                ? (Encoding.UTF8.GetString(train), Encoding.UTF8.GetString(validation))
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static void Write(string folder, (string Train, string Validation) texts)
    {
        var (train, validation) = (Encoding.UTF8.GetBytes(texts.Train), Encoding.UTF8.GetBytes(texts.Validation));
        Directory.CreateDirectory(folder);
        AtomicFile.Write(Path.Combine(folder, TrainFile), stream => stream.Write(train));
        AtomicFile.Write(Path.Combine(folder, ValidationFile), stream => stream.Write(validation));
        AtomicFile.WriteText(Path.Combine(folder, ChecksumFile), Checksums(train, validation));
    }

    /// <summary>The checksums in the format that <c>sha256sum --check</c> reads.</summary>
    private static string Checksums(byte[] train, byte[] validation) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Convert.ToHexStringLower(SHA256.HashData(train))}  {TrainFile}\n"
        + $"{Convert.ToHexStringLower(SHA256.HashData(validation))}  {ValidationFile}\n");
}

/// <summary>A .NET SDK's reference pack.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Files">Its documentation files, sorted.</param>
internal sealed record ReferencePack(string Version, IReadOnlyList<string> Files);
