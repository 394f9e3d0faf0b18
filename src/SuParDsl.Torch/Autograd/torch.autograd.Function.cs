namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>An operation with its own derivative. Derive from one of the two below.</summary>
        public abstract class Function<T> where T : Function<T>, new()
        {
            internal static T Instance { get; } = new();

            public abstract string Name { get; }

            public static List<Tensor> apply_internal(params object?[] vars) =>
                new FunctionNode(Instance.Name, Instance.RunBackward).Run(vars, Instance.RunForward);

            internal abstract List<Tensor> RunForward(AutogradContext ctx, object?[] vars);

            internal abstract List<Tensor> RunBackward(AutogradContext ctx, List<Tensor> grad_outputs);
        }

        /// <summary>A custom operation with one result.</summary>
        public abstract class SingleTensorFunction<T> : Function<T> where T : SingleTensorFunction<T>, new()
        {
            public static Tensor apply(params object?[] vars) => apply_internal(vars)[0];

            public abstract Tensor forward(AutogradContext ctx, params object[] vars);

            public abstract List<Tensor> backward(AutogradContext ctx, Tensor grad_output);

            internal sealed override List<Tensor> RunForward(AutogradContext ctx, object?[] vars) => [forward(ctx, vars!)];

            internal sealed override List<Tensor> RunBackward(AutogradContext ctx, List<Tensor> grad_outputs) => backward(ctx, grad_outputs[0]);
        }

        /// <summary>A custom operation with several results.</summary>
        public abstract class MultiTensorFunction<T> : Function<T> where T : MultiTensorFunction<T>, new()
        {
            public static List<Tensor> apply(params object?[] vars) => apply_internal(vars);

            public abstract List<Tensor> forward(AutogradContext ctx, params object[] vars);

            public abstract List<Tensor> backward(AutogradContext ctx, List<Tensor> grad_outputs);

            internal sealed override List<Tensor> RunForward(AutogradContext ctx, object?[] vars) => forward(ctx, vars!);

            internal sealed override List<Tensor> RunBackward(AutogradContext ctx, List<Tensor> grad_outputs) => backward(ctx, grad_outputs);
        }
    }
}
