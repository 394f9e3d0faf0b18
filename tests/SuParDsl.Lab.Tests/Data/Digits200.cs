namespace SuParDsl.Lab.Tests.Data;

/// <summary>The folder with 200 real digits in MNIST's own files.</summary>
public static class Digits200
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Data", "digits");
}
