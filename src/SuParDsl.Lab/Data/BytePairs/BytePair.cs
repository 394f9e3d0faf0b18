namespace SuParDsl.Lab.Data.BytePairs;

/// <summary>Two neighbouring tokens.</summary>
/// <param name="Left">The first.</param>
/// <param name="Right">The second.</param>
internal readonly record struct BytePair(int Left, int Right) : IComparable<BytePair>
{
    private long Key => ((long)Left << 32) | (uint)Right;

    /// <summary>Older tokens come first.</summary>
    public int CompareTo(BytePair other) => Key.CompareTo(other.Key);

    /// <inheritdoc/>
    public bool Equals(BytePair other) => Key == other.Key;

    // A single multiplication is enough, and fast: tables of pairs are queried several times for each byte of a text.
    /// <inheritdoc/>
    public override int GetHashCode() => (int)(((ulong)Key * 0x9E3779B97F4A7C15) >> 32);
}
