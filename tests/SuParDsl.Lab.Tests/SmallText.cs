namespace SuParDsl.Lab.Tests;

/// <summary>A text that a tiny model learns in seconds.</summary>
public static class SmallText
{
    public static string Sentences { get; } = string.Concat(Enumerable.Range(0, 400).Select(static i => (i % 3) switch
    {
        0 => "The cat sat on the mat.\n",
        1 => "A dog ran to the cat.\n",
        _ => "The mat is on the dog.\n",
    }));

    /// <summary>Options of a model that trains very quickly.</summary>
    public static string[] Sizes { get; } =
    [
        "--width", "32", "--layers", "1", "--head-dim", "16", "--context", "16", "--density", "1/4",
    ];
}
