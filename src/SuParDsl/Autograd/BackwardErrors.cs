using System.Runtime.CompilerServices;
using SuParDsl.Distributed;
using SuParDsl.Sparsity;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// Errors of backward passes. An exception inside a custom function's <c>backward</c> ends the process (TorchSharp 0.107), so the
/// functions of this library catch it, record it here, and return zero gradients. The first of these calls afterwards throws it
/// as a <see cref="BackwardException"/>:
/// <list type="bullet">
/// <item><see cref="Backward"/>, if the error occurred in its own pass;</item>
/// <item><see cref="MuOptimizer.step()"/>, <see cref="MuOptimizer.step(double)"/>, <see cref="MuOptimizer.ClipGradNorm"/>,
/// <see cref="DynamicMasks.Step"/>, <see cref="GradientReducer.Finish"/> and <see cref="ThrowIfAny()"/>. Weights are
/// unchanged.</item>
/// </list>
/// </summary>
/// <remarks>
/// An error belongs to the thread or asynchronous method that ran the backward pass, and to the compressed weights whose
/// gradients are missing. An optimizer throws the errors of its thread and those of its own weights. Each error is thrown once;
/// an error that is never thrown is dropped when its thread or asynchronous method ends. A new forward pass and <c>zero_grad</c>
/// do not clear it, because gradients may have been accumulated before.
/// </remarks>
public static class BackwardErrors
{
    // Asynchronous code may resume on another thread, and a pool thread may run other work in between, so this follows the code.
    private static readonly AsyncLocal<Recorded?> Latest = new();

    private static readonly ConditionalWeakTable<Tensor, Recorded> ByWeight = [];

    /// <summary>
    /// Runs the backward pass, as <c>backward</c> does, and throws if it failed.
    /// </summary>
    /// <param name="loss">A scalar.</param>
    /// <param name="retainGraph">Whether to keep the graph for another backward pass.</param>
    /// <exception cref="BackwardException">A function of this library failed, so gradients are incomplete.</exception>
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
            // If libtorch itself throws, its exception is this pass's error, so the recorded one is marked as thrown.
            error = Latest.Value;
            error?.Take();
            Latest.Value = before;
        }

        error?.Throw();
    }

    /// <summary>
    /// Throws the error that an earlier backward pass of this thread recorded, if there is one. Call it in code that uses
    /// TorchSharp's own <c>backward</c> or <c>autograd.grad</c> and takes no step with a <see cref="MuOptimizer"/>.
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

    /// <summary>Throws an error recorded by this thread, or by any thread for one of these weights.</summary>
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

    /// <summary>
    /// Records an error. Only the first one of a thread is kept, because later ones are mostly its consequences.
    /// </summary>
    /// <param name="function">The name of the function that failed.</param>
    /// <param name="cause">The exception that it threw.</param>
    /// <param name="weights">The weights whose gradients are missing, as far as the function knows them.</param>
    internal static void Record(string function, Exception cause, IEnumerable<Tensor> weights)
    {
        if (Latest.Value is not { IsTaken: false } error)
        {
            // The lines after the first are libtorch's native stack.
            var reason = cause.Message.Split('\n')[0];
            error = new(new($"the backward pass of {function} failed, so its gradients are zero: {reason}", cause));
            Latest.Value = error;
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

        /// <summary>Marks the error as thrown. Returns whether this is the first call.</summary>
        public bool Take() => Interlocked.Exchange(ref taken, 1) == 0;

        public void Throw() => throw exception;
    }
}
