using static TorchSharp.torch;

namespace SuParDsl.Optimizers;

/// <summary>The optimizer state of one tensor. It is live: writing to its moments changes the optimizer.</summary>
/// <param name="Steps">The number of steps that the tensor has taken, if the optimizer counts them.</param>
/// <param name="Restart">Sets that number, and creates the moments that a tensor has after this many steps.</param>
/// <param name="MomentsAfter">The number of moments that a tensor has after a number of steps.</param>
/// <param name="Moments">The running means. Each has as many elements as there are updated weights.</param>
internal sealed record TensorState(
    Func<long> Steps, Action<long> Restart, Func<long, int> MomentsAfter, Func<IReadOnlyList<Tensor>> Moments)
{
    /// <summary>The state of a tensor whose optimizer does not count steps.</summary>
    public static TensorState Of(params Tensor[] moments) =>
        new(static () => 0, static _ => { }, _ => moments.Length, () => moments);
}
