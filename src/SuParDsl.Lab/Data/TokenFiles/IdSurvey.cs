using System.Runtime.InteropServices;

namespace SuParDsl.Lab.Data.TokenFiles;

/// <summary>Counts the ids of some files. Errors name the first impossible or suspicious id and its position.</summary>
internal sealed class IdSurvey
{
    /// <summary>An upper bound on the size of a vocabulary.</summary>
    public const int MostTokens = 1 << 24;

    // Ids below this bound, which are nearly all, are counted in an array. The few others are counted in a dictionary.
    private const int Dense = 1 << 16;
    private const int PieceTokens = 1 << 14;

    // The length of llm.c's header, which other tools have copied with their own magic numbers. It is mostly zeros.
    private const int HeaderBytes = 1024;

    private readonly IReadOnlyList<BinTokens> files;
    private readonly long[] dense = new long[Dense];
    private readonly Dictionary<long, long> sparse = [];

    private IdSurvey(IReadOnlyList<BinTokens> files) => this.files = files;

    /// <summary>The largest id; -1 if there is none.</summary>
    public long Largest => sparse.Count > 0 ? sparse.Keys.Max() : Array.FindLastIndex(dense, static count => count > 0);

    private long Total => files.Sum(static file => file.Length);

    /// <summary>Counts the ids of some files.</summary>
    /// <param name="files">The files.</param>
    /// <param name="progress">Receives the fraction that is done.</param>
    /// <exception cref="UserException">An id is negative, or larger than any vocabulary.</exception>
    public static IdSurvey Of(IReadOnlyList<BinTokens> files, Action<double>? progress)
    {
        var survey = new IdSurvey(files);
        var ids = new long[PieceTokens];
        long done = 0;
        foreach (var file in files)
        {
            for (long at = 0; at < file.Length; at += PieceTokens)
            {
                var piece = ids.AsSpan(0, (int)Math.Min(PieceTokens, file.Length - at));
                file.Read(at, piece);
                survey.Add(file, at, piece);
                done += piece.Length;
                progress?.Invoke((double)done / survey.Total);
            }
        }

        return survey;
    }

    /// <summary>Verifies that every id is below a bound.</summary>
    /// <param name="bound">The bound.</param>
    /// <param name="why">The source of the bound for the message: "--vocabulary 300".</param>
    /// <exception cref="UserException">An id is not; the message names the first.</exception>
    public void RequireBelow(long bound, string why)
    {
        if (Largest >= bound)
        {
            var (file, position, id) = First(id => id >= bound);
            throw new UserException(
                $"{file.Path} has the id {id} at position {position}, and {why} has the ids 0 to {bound - 1}: "
                + $"use a vocabulary of {Largest + 1} or more, or correct the file");
        }
    }

    /// <summary>
    /// Verifies that there are no outliers: a few ids far above all others would give a model many embedding rows that are never
    /// trained.
    /// </summary>
    /// <exception cref="UserException">There are outliers; the message names the first.</exception>
    public void RequireNoneFarAway()
    {
        const int Enough = 256, Times = 4, FewTokens = 1000, Share = 100;
        if (Total < Enough)
        {
            return;
        }

        long above = 0, stray = -1, rest = -1;
        var ids = sparse.Keys.OrderDescending()
            .Concat(Enumerable.Range(0, Dense).Reverse().Where(id => dense[id] > 0).Select(static id => (long)id));
        foreach (var (larger, smaller) in ids.Zip(ids.Skip(1)))
        {
            above += CountOf(larger);
            if (above * Share > Total)
            {
                break;
            }

            if (larger >= FewTokens && larger >= Times * (smaller + 1))
            {
                (stray, rest) = (larger, smaller);
            }
        }

        if (stray >= 0)
        {
            var (file, position, id) = First(id => id >= stray);
            throw new UserException(
                $"{file.Path} has the id {id} at position {position}, far beyond the others, which are at most {rest}: "
                + $"correct the file, or give --vocabulary {Largest + 1} if the model needs that many tokens");
        }
    }

    /// <summary>Verifies that no file begins with data that look like a header.</summary>
    /// <exception cref="UserException">A file does.</exception>
    public void RequireNoHeader()
    {
        const double Most = 0.95, Few = 0.25;
        foreach (var file in files)
        {
            var start = new long[HeaderBytes / file.Type.Bytes()];
            if (file.Length < 2 * start.Length)
            {
                continue;
            }

            file.Read(0, start);
            var zeros = start.Count(static id => id == 0);
            if (zeros < start.Length && zeros >= Most * start.Length && dense[0] - zeros <= Few * (Total - start.Length))
            {
                throw new UserException(
                    $"{file.Path} seems to begin with another tool's header of {HeaderBytes} bytes, "
                    + $"as {zeros} of its first {start.Length} ids are 0 and few later ones are: "
                    + $"remove the header, or give --token-type {file.Type.Option()} if these are ids");
            }
        }
    }

    private void Add(BinTokens file, long at, ReadOnlySpan<long> ids)
    {
        for (var i = 0; i < ids.Length; i++)
        {
            var id = ids[i];
            if ((ulong)id < Dense)
            {
                dense[id]++;
            }
            else if (id is >= 0 and < MostTokens)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(sparse, id, out _)++;
            }
            else
            {
                throw new UserException(
                    $"{file.Path} has the id {id} at position {at + i}, read as {file.Type.Words()}: "
                    + $"an id must be 0 to {MostTokens - 1}; correct the file, or name what it holds with --token-type");
            }
        }
    }

    private long CountOf(long id) => id < Dense ? dense[id] : sparse[id];

    private (BinTokens File, long Position, long Id) First(Func<long, bool> predicate)
    {
        var ids = new long[PieceTokens];
        foreach (var file in files)
        {
            for (long at = 0; at < file.Length; at += PieceTokens)
            {
                var piece = ids.AsSpan(0, (int)Math.Min(PieceTokens, file.Length - at));
                file.Read(at, piece);
                for (var i = 0; i < piece.Length; i++)
                {
                    if (predicate(piece[i]))
                    {
                        return (file, at + i, piece[i]);
                    }
                }
            }
        }

        throw new UserException($"{files[0].Path} or {files[^1].Path} has changed while it was read");
    }
}
