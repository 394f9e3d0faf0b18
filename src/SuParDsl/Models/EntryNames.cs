namespace SuParDsl;

/// <summary>
/// The names of the entries that belong to a tensor in files and state dictionaries: a prefix and the tensor's name.
/// </summary>
internal static class EntryNames
{
    private const string MaskPrefix = "mask.", SharePrefix = "share.";

    /// <summary>The name of a tensor's mask.</summary>
    public static string Mask(string tensor) => MaskPrefix + tensor;

    /// <summary>The name of the fraction q that was measured under a tensor's mask.</summary>
    public static string Share(string tensor) => SharePrefix + tensor;

    /// <summary>Both names.</summary>
    public static string[] Beside(string tensor) => [Mask(tensor), Share(tensor)];
}
