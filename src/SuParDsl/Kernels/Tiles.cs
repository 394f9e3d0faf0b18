namespace SuParDsl.Kernels;

/// <summary>The tiles of a batch: wide ones, then narrow ones for the remainder. The last tile may be partly empty.</summary>
internal readonly struct Tiles
{
    private readonly int wide, narrow, wideCount;
    private readonly long batch;

    public Tiles(long batch, int wide, int narrow)
    {
        (this.batch, this.wide, this.narrow) = (batch, wide, narrow);
        var rest = batch % wide;

        // A remainder of more than half a wide tile is cheaper as one wide tile with empty columns.
        var padded = 2 * rest > wide;
        wideCount = checked((int)(batch / wide)) + (padded ? 1 : 0);
        Count = wideCount + (padded ? 0 : (int)((rest + narrow - 1) / narrow));
    }

    /// <summary>The number of tiles.</summary>
    public int Count { get; }

    /// <summary>The columns of all tiles together, empty ones included.</summary>
    public long Columns => ((long)wideCount * wide) + ((long)(Count - wideCount) * narrow);

    /// <summary>A tile's first example, its number of columns, and how many of them hold an example.</summary>
    public (long Start, int Width, int Examples) this[int tile]
    {
        get
        {
            var start = tile < wideCount ? (long)tile * wide : ((long)wideCount * wide) + ((long)(tile - wideCount) * narrow);
            var width = tile < wideCount ? wide : narrow;
            return (start, width, (int)Math.Min(width, batch - start));
        }
    }
}
