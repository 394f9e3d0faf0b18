namespace SuParDsl.Lab.Data.TokenFiles;

/// <summary>Collects token ids in memory.</summary>
internal sealed class IdBuffer
{
    // More ids than this belong into a file that is read in parts.
    private const int Most = 1 << 30;

    private int[] ids = new int[1 << 12];
    private int length;

    /// <summary>Appends ids.</summary>
    /// <exception cref="UserException">There are too many for memory.</exception>
    public void Add(ReadOnlySpan<int> more)
    {
        if (length + (long)more.Length > Most)
        {
            throw new UserException(
                $"the data have more than {Most} tokens, which are too many to keep in memory: "
                + "write them to a folder with the command prepare, and give that folder with --data");
        }

        if (length + more.Length > ids.Length)
        {
            Array.Resize(ref ids, (int)Math.Min(Most, Math.Max(2L * ids.Length, length + more.Length)));
        }

        more.CopyTo(ids.AsSpan(length));
        length += more.Length;
    }

    /// <summary>The ids that have been added.</summary>
    public ArrayTokens ToTokens()
    {
        Array.Resize(ref ids, length);
        return new(ids);
    }
}
