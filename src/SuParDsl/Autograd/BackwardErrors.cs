using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// Errors of backward passes. An exception inside a custom function's <c>backward</c> ends the process (TorchSharp 0.107), so the
/// functions of this library catch it, record it here, and return gradients of zeros. It is thrown afterwards, as a
/// <see cref="BackwardException"/>, by the first of these calls:
/// <list type="bullet">
/// <item><see cref="Backward"/>, if the error is of its own pass;</item>
/// <item><see cref="MuOptimizer.step()"/>, <see cref="MuOptimizer.step(double)"/>, <see cref="MuOptimizer.ClipGradNorm"/>,
/// <see cref="DynamicMasks.Step"/>, <see cref="GradientReducer.Finish"/> and <see cref="ThrowIfAny()"/>. No weight has changed then.</item>
/// </list>
/// </summary>
/// <remarks>
/// An error belongs to the thread, or the asynchronous method, that ran the backward pass, and to the compressed weights that
/// lack their gradients: an optimizer throws the errors of its thread and those of its own weights. Each error is thrown once;
/// one that is never thrown is forgotten with its thread or asynchronous method. A new forward pass and <c>zero_grad</c> leave it
/// recorded, since gradients may have been added up before.
/// </remarks>
public static class BackwardErrors
{
    // Asynchronous code may go on on another thread, and a thread of the pool may go on with other work: the context follows the code.
    private static readonly AsyncLocal<Recorded?> Latest = new();

    private static readonly ConditionalWeakTable<Tensor, Recorded> ByWeight = [];

    /// <summary>
    /// Runs the backward pass, as <c>backward</c> does, and throws what went wrong in it.
    /// </summary>
    /// <param name="loss">A scalar.</param>
    /// <param name="retainGraph">Whether the graph is needed again.</param>
    /// <exception cref="BackwardException">A function of this library failed: gradients are incomplete.</exception>
    public static void Backward(this Tensor loss, bool retainGraph = false)
    {
        var before = Latest.Value;
        Latest.Value = null;
        Recorded? error;
        try
        {
            loss.backward(retain_graph: retainGraph);
        }
        finally
        {
            // Where the engine itself throws, that is the error of this pass.
            error = Latest.Value;
            error?.Take();
            Latest.Value = before;
        }

        error?.Throw();
    }

    /// <summary>
    /// Throws what an earlier backward pass of this thread has recorded, if anything: for code that calls TorchSharp's own
    /// <c>backward</c> or <c>autograd.grad</c> and takes no step with a <see cref="MuOptimizer"/>.
    /// </summary>
    /// <exception cref="BackwardException">A function of this library failed in a backward pass.</exception>
    public static void ThrowIfAny()
    {
        var error = Latest.Value;
        Latest.Value = null;
        if (error?.Take() == true)
        {
            error.Throw();
        }
    }

    /// <summary>Throws what backward passes of this thread, or of another with some of these weights, have recorded.</summary>
    internal static void ThrowIfAny(IEnumerable<Tensor> weights)
    {
        foreach (var weight in weights)
        {
            if (ByWeight.TryGetValue(weight, out var error))
            {
                ByWeight.Remove(weight);
                Latest.Value = error.IsTaken ? Latest.Value : error;
            }
        }

        ThrowIfAny();
    }

    /// <summary>Records an error. The first one of a thread stays: what follows it is mostly its consequence.</summary>
    /// <param name="function">What failed, in words.</param>
    /// <param name="cause">Why.</param>
    /// <param name="weights">The weights that lack their gradients, where the function knows them.</param>
    internal static void Record(string function, Exception cause, IEnumerable<Tensor> weights)
    {
        if (Latest.Value is not { IsTaken: false } error)
        {
            // The lines after the first are libtorch's native stack.
            var reason = cause.Message.Split('\n')[0];
            Latest.Value = error = new(new($"the backward pass of {function} failed, so its gradients are zero: {reason}", cause));
        }

        foreach (var weight in weights)
        {
            ByWeight.AddOrUpdate(weight, error);
        }
    }

    private sealed class Recorded(BackwardException exception)
    {
        private int taken;

        public bool IsTaken => Volatile.Read(ref taken) != 0;

        /// <summary>Whether nobody has taken it before.</summary>
        public bool Take() => Interlocked.Exchange(ref taken, 1) == 0;

        public void Throw() => throw exception;
    }
}
