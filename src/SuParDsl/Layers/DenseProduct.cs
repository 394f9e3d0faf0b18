using SuParDsl.Kernels;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// A compressed linear layer whose products are dense: each pass spreads the kept weights to a temporary dense matrix. It is used
/// where the machine multiplies dense matrices so much faster that sparse products would take longer.
/// </summary>
internal static class DenseProduct
{
    /// <summary>Applies the layer, … in → … out.</summary>
    /// <exception cref="ArgumentException">The input's last size is wrong, or it is not float32 on the CPU.</exception>
    public static Tensor Apply(Tensor input, SparseChain.Link link)
    {
        SparseChain.Check(input, link.Weight.Pattern.Columns);
        return is_grad_enabled()
            ? Node.Apply(link.Weight, input, link.Values, link.Bias)
            : Product(link.Weight, input, link.Values, link.Bias);
    }

    private static Tensor Product(CompressedWeight weight, Tensor input, Tensor values, Tensor? bias)
    {
        using var frozen = no_grad();
        using var dense = weight.ToDense(values);
        return nn.functional.linear(input, dense, bias);
    }

    /// <summary>The graph node. Its arguments are the positions, the input, the kept weights and the bias.</summary>
    private sealed class Node : GuardedFunction<Node>
    {
        private const string WeightKey = "weight", HasBias = "has bias", NeedsInputGradient = "needs input gradient";

        public override string Name => SparseChain.NameInErrors;

        protected override Tensor Evaluate(autograd.AutogradContext context, ReadOnlySpan<object?> arguments)
        {
            var (weight, input) = ((CompressedWeight)arguments[0]!, (Tensor)arguments[1]!);
            var (values, bias) = ((Tensor)arguments[2]!, (Tensor?)arguments[3]);
            context.save_data(WeightKey, weight);
            context.save_data(HasBias, bias is not null);
            context.save_data(NeedsInputGradient, input.requires_grad);
            context.save_for_backward([input, values]);
            return Product(weight, input, values, bias);
        }

        protected override List<Tensor?> Differentiate(autograd.AutogradContext context, Tensor gradient)
        {
            SparseChain.RequireFirstDerivative();
            var weight = (CompressedWeight)context.get_data(WeightKey)!;
            var saved = context.get_saved_variables();
            var (input, values) = (saved[0], saved[1]);
            using var scope = NewDisposeScope();
            var x = input.detach().reshape(-1, weight.Pattern.Columns);
            var dy = gradient.reshape(-1, weight.Pattern.Rows);
            List<Tensor?> gradients =
            [
                null,
                (bool)context.get_data(NeedsInputGradient)! ? dy.mm(weight.ToDense(values.detach())).view(input.shape) : null,
                weight.FromDense(dy.t().mm(x)),
                (bool)context.get_data(HasBias)! ? dy.sum(0L) : null,
            ];
            gradients.ForEach(static g => g?.MoveToOuterDisposeScope());
            return gradients;
        }
    }
}
