using System.Globalization;
using SuParDsl.Lab.Commands;
using SuParDsl.Lab.Errors;

namespace SuParDsl.Lab.Tests.Hostile;

/// <summary>Some valid files, which are damaged and read repeatedly.</summary>
/// <param name="folder">The folder in which they are written.</param>
/// <param name="files">The valid files by name.</param>
internal sealed class HostileFiles(TemporaryFolder folder, IReadOnlyDictionary<string, byte[]> files)
{
    // SUPAR_FUZZ sets the number for a long run: the number of cases of all readers together.
    private static readonly int Cases =
        int.Parse(Environment.GetEnvironmentVariable("SUPAR_FUZZ") ?? "6000", CultureInfo.InvariantCulture) / FuzzTests.Readers;

    /// <summary>
    /// Checks that every case is loaded, or leads to one line for the user and <paramref name="refused"/>, and that it
    /// takes memory in proportion to the files.
    /// </summary>
    /// <param name="load">Reads the folder.</param>
    /// <param name="factor">The number of bytes that may be allocated for each byte of the files.</param>
    /// <param name="loaded">Called after a load.</param>
    /// <param name="refused">Called after a refusal.</param>
    /// <param name="prepare">Changes the folder further, given the random numbers and the damaged file's name.</param>
    /// <param name="always">
    /// The number of bytes that may be allocated whatever the files contain, for buffers and the model's table.
    /// </param>
    public void Attack(
        Action<string> load, int factor, Action? loaded = null, Action? refused = null,
        Action<Random, string>? prepare = null, long always = 8 << 20)
    {
        WriteAll();
        load(folder.Path);
        loaded?.Invoke();
        var (loads, refusals) = (0, 0);
        for (var seed = 0; seed < Cases; seed++)
        {
            try
            {
                if (Case(new Random(seed), load, factor, prepare, always))
                {
                    loads++;
                    loaded?.Invoke();
                }
                else
                {
                    refusals++;
                    refused?.Invoke();
                }
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"case {seed}: {e.Message}", e);
            }
        }

        // Damage that is never noticed, or always noticed, would test little.
        Assert.InRange(refusals, Cases / 10, Cases);
        Assert.InRange(loads, 1, Cases);
    }

    private bool Case(Random random, Action<string> load, int factor, Action<Random, string>? prepare, long always)
    {
        var name = files.Keys.Order(StringComparer.Ordinal).ElementAt(random.Next(files.Count));
        folder.Write(name, Damage.File(random, name, files[name]));
        prepare?.Invoke(random, name);
        var size = files.Keys.Sum(file => new FileInfo(folder[file]).Length);
        try
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var failure = Failure(load);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, always + (factor * size));
            if (failure is not null)
            {
                AssertOneLine(failure);
            }

            return failure is null;
        }
        finally
        {
            WriteAll();
        }
    }

    private Exception? Failure(Action<string> load)
    {
        try
        {
            load(folder.Path);
            return null;
        }
        catch (Exception e) when (e is UserException or IOException)
        {
            return e;
        }
    }

    private static void AssertOneLine(Exception failure)
    {
        using var error = new StringWriter();
        Assert.Equal(2, ErrorBoundary.Run(() => throw failure, error));
        var line = error.ToString().TrimEnd('\n');
        Assert.StartsWith("error: ", line);
        Assert.InRange(line.Length, 20, 2100);
        Assert.DoesNotContain(line, static letter => char.IsControl(letter));
    }

    private void WriteAll()
    {
        foreach (var (name, bytes) in files)
        {
            folder.Write(name, bytes);
        }
    }
}
