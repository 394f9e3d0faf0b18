using System.Runtime.ExceptionServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// A custom autograd function whose <c>backward</c> never throws, because TorchSharp 0.107 calls it through native code that
/// managed exceptions cannot cross. An error is recorded in <see cref="BackwardErrors"/>, and the gradients are zeros.
/// </summary>
/// <typeparam name="TSelf">The function's own type.</typeparam>
internal abstract class GuardedFunction<TSelf> : autograd.SingleTensorFunction<TSelf>
    where TSelf : GuardedFunction<TSelf>, new()
{
    private const string GuardKey = "guard";

    // Native code copies the gradients after backward returns. Until then their wrappers must stay reachable, because their
    // finalizers free the gradients. A dispose scope keeps them reachable; without one, this field does.
    [ThreadStatic]
    private static List<Tensor?>? returned;

    /// <summary>Runs the function, and adds a node to the graph if an argument requires a gradient.</summary>
    /// <remarks>
    /// TorchSharp's own <c>apply</c> leaks a node whose <c>forward</c> throws, and the graph before it. Here, the node is
    /// completed and freed with its output before the exception is rethrown.
    /// </remarks>
    public static Tensor Apply(params object?[] arguments)
    {
        var guard = new Guard(arguments);
        var output = apply([guard, .. arguments]);
        if (guard.ForwardError is not null)
        {
            output.Dispose();
            guard.ForwardError.Throw();
        }

        return output;
    }

    /// <summary>Computes the function's value.</summary>
    /// <param name="context">Stores what <see cref="Differentiate"/> needs.</param>
    /// <param name="arguments">The arguments of <see cref="Apply"/>.</param>
    protected abstract Tensor Evaluate(autograd.AutogradContext context, ReadOnlySpan<object?> arguments);

    /// <summary>Computes a gradient for each argument; null for one that is not a tensor or requires no gradient.</summary>
    protected abstract List<Tensor?> Differentiate(autograd.AutogradContext context, Tensor gradient);

    /// <inheritdoc/>
    public sealed override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var guard = (Guard)vars[0];
        ctx.save_data(GuardKey, guard);
        try
        {
            return Evaluate(ctx, vars.AsSpan(1));
        }
        catch (Exception e)
        {
            guard.ForwardError = ExceptionDispatchInfo.Capture(e);
            return empty(0);
        }
    }

    /// <inheritdoc/>
    public sealed override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var guard = (Guard)ctx.get_data(GuardKey);
        try
        {
            returned = Differentiate(ctx, grad_output);
        }
        catch (Exception e)
        {
            BackwardErrors.Record(Name, e, guard.Weights);
            returned = guard.Zeros();
        }

        List<Tensor?> gradients = [null, .. returned];
        return gradients!;
    }

    /// <summary>The properties of the arguments that are needed when an error occurs.</summary>
    private sealed class Guard(object?[] arguments)
    {
        private readonly (long[] Shape, ScalarType Type, Device Device)?[] shapes =
        [
            .. arguments.Select(static argument =>
                argument is Tensor tensor ? (tensor.shape, tensor.dtype, tensor.device) : ((long[], ScalarType, Device)?)null),
        ];

        public ExceptionDispatchInfo? ForwardError { get; set; }

        public Parameter[] Weights { get; } = [.. arguments.OfType<Parameter>()];

        public List<Tensor?> Zeros()
        {
            try
            {
                return [.. shapes.Select(
                    static s => s is var (shape, type, device) ? zeros(shape, dtype: type, device: device) : null)];
            }
            catch (Exception)
            {
                // Memory does not even suffice for zeros. Autograd treats an undefined gradient as none.
                return [.. shapes.Select(static _ => (Tensor?)null)];
            }
        }
    }
}
