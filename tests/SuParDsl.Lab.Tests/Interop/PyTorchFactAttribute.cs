namespace SuParDsl.Lab.Tests.Interop;

/// <summary>A test that needs a Python with PyTorch. It is skipped with a message if there is none.</summary>
public sealed class PyTorchFactAttribute : FactAttribute
{
    /// <summary>The first Python that can import torch; null if there is none.</summary>
    public static string? Python { get; } = new[] { "/usr/bin/python3", "python3" }.FirstOrDefault(
        static python => OtherProgram.Run(python, "-c", "import torch").Code == 0);

    public PyTorchFactAttribute()
    {
        if (Python is null)
        {
            Skip = "no python3 here can import torch (Debian: python3-torch)";
        }
    }
}
