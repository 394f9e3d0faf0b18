using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>What an optimizer remembers of one tensor: live, so that writing to its moments changes the optimizer.</summary>
/// <param name="Steps">The number of steps that the tensor has taken, as far as the optimizer counts them.</param>
/// <param name="Restart">Sets that number; the moments of a tensor that has taken so many are there afterwards.</param>
/// <param name="MomentsAfter">How many moments a tensor has after a number of steps.</param>
/// <param name="Moments">The running means, each with as many numbers as the updated weights.</param>
internal sealed record TensorState(
    Func<long> Steps, Action<long> Restart, Func<long, int> MomentsAfter, Func<IReadOnlyList<Tensor>> Moments)
{
    /// <summary>The state of an optimizer that counts no steps.</summary>
    public static TensorState Of(params Tensor[] moments) => new(static () => 0, static _ => { }, _ => moments.Length, () => moments);
}
