namespace SuParDsl;

/// <summary>
/// The exception that is thrown when a function of this library failed in a backward pass, so that some gradients are zero
/// incorrectly. TorchSharp cannot propagate exceptions out of a backward pass;
/// <see cref="BackwardErrors"/> lists the calls that throw this one.
/// </summary>
public sealed class BackwardException : Exception
{
    /// <param name="message">A message that says what failed and why.</param>
    /// <param name="innerException">The exception that was thrown in the backward pass.</param>
    public BackwardException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
