namespace SuParDsl;

/// <summary>
/// Replaces declared base sizes in the models that this thread builds, until it is disposed. Use it when hyperparameters were
/// tuned at another width than the declared base.
/// </summary>
public sealed class BaseSizes : IDisposable
{
    [ThreadStatic]
    private static BaseSizes? current;

    private readonly BaseSizes? outer = current;
    private readonly long declared;
    private readonly long used;

    private BaseSizes(long declared, long used)
    {
        this.declared = declared;
        this.used = used;
    }

    /// <summary>
    /// Uses <paramref name="used"/> as the base of every size whose declared base is <paramref name="declared"/>.
    /// </summary>
    /// <exception cref="SizeException">The base to use is not positive.</exception>
    public static BaseSizes Replace(long declared, long used) => current = used > 0
        ? new(declared, used)
        : throw new SizeException($"the base size is {used}: it must be at least 1");

    /// <summary>Restores the previous base sizes.</summary>
    public void Dispose() => current = outer;

    internal static long Of(long declared)
    {
        for (var bases = current; bases is not null; bases = bases.outer)
        {
            if (bases.declared == declared)
            {
                return bases.used;
            }
        }

        return declared;
    }
}
