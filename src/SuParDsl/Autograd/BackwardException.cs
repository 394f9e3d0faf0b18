namespace SuParDsl;

/// <summary>
/// A function of this library failed in a backward pass, so that gradients are zero that should not be. TorchSharp cannot carry an
/// exception out of a backward pass: <see cref="BackwardErrors"/> says when this one is thrown.
/// </summary>
public sealed class BackwardException : Exception
{
    /// <param name="message">What failed and why.</param>
    /// <param name="innerException">The exception as it was thrown in the backward pass.</param>
    public BackwardException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
