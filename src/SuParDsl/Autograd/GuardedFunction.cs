using System.Runtime.ExceptionServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// A custom function of the graph whose <c>backward</c> throws nothing: TorchSharp 0.107 calls it through native code that no
/// managed exception can cross. What goes wrong there is recorded in <see cref="BackwardErrors"/>, and the gradients are zeros.
/// </summary>
/// <typeparam name="TSelf">The function.</typeparam>
internal abstract class GuardedFunction<TSelf> : autograd.SingleTensorFunction<TSelf>
    where TSelf : GuardedFunction<TSelf>, new()
{
    private const string GuardKey = "guard";

    // Native code copies the gradients after backward has returned. Until then something must refer to their wrappers, whose
    // finalizers would free them; a dispose scope does, and without one this does.
    [ThreadStatic]
    private static List<Tensor?>? returned;

    /// <summary>Runs the function and makes it a node of the graph where an argument needs a gradient.</summary>
    /// <remarks>
    /// TorchSharp's own <c>apply</c> never frees a node whose <c>forward</c> throws, nor the graph before it: here the node is
    /// completed, and freed with its output, before the exception goes on.
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

    /// <summary>The value.</summary>
    /// <param name="context">Keeps what <see cref="Differentiate"/> needs.</param>
    /// <param name="arguments">What was given to <see cref="Apply"/>.</param>
    protected abstract Tensor Evaluate(autograd.AutogradContext context, ReadOnlySpan<object?> arguments);

    /// <summary>A gradient for each argument; null where it is no tensor or needs none.</summary>
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

    /// <summary>What is known of the arguments when an error comes.</summary>
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
                return [.. shapes.Select(static s => s is var (shape, type, device) ? zeros(shape, dtype: type, device: device) : null)];
            }
            catch (Exception)
            {
                // Not even zeros have room: a gradient that is undefined counts as none.
                return [.. shapes.Select(static _ => (Tensor?)null)];
            }
        }
    }
}
