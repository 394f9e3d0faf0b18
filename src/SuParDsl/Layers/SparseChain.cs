using System.Collections.Immutable;
using SuParDsl.Engine;
using SuParDsl.Kernels;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// One or more compressed linear layers, with functions between them, as one node of the autograd graph. The inner activations
/// stay in the kernels' own layout and in cache.
/// </summary>
internal static class SparseChain
{
    /// <summary>What an error in a backward pass calls a compressed layer.</summary>
    public const string NameInErrors = $"a layer with {nameof(Storage)}.{nameof(Storage.Compressed)}";

    /// <summary>A layer of a chain.</summary>
    /// <param name="Weight">The positions of its kept weights.</param>
    /// <param name="Values">The kept weights.</param>
    /// <param name="Bias">The bias, or null.</param>
    public sealed record Link(CompressedWeight Weight, Tensor Values, Tensor? Bias);

    /// <summary>Applies the layers and the functions between them, … in → … out. No function follows the last layer.</summary>
    /// <exception cref="ArgumentException">The input's last size is wrong, or it is not float32 on the CPU.</exception>
    public static Tensor Apply(Tensor input, ImmutableArray<Link> links, ImmutableArray<Nonlinearity> between)
    {
        Check(input, links[0].Weight.Pattern.Columns);
        var plan = new Plan(
            [.. links.Select(static link => link.Weight.Pattern)], [.. links.Select(static link => link.Bias is not null)],
            [.. between, Nonlinearity.None]);
        if (!is_grad_enabled())
        {
            return Forward(
                plan, input, [.. links.Select(static link => link.Values)], [.. links.Select(static link => link.Bias)],
                outputs: []);
        }

        return Node.Apply([plan, input, .. links.SelectMany(static link => new object?[] { link.Values, link.Bias })]);
    }

    /// <summary>Throws if a compressed layer cannot read an input.</summary>
    /// <exception cref="ArgumentException">The input's last size is wrong, or it is not float32 on the CPU.</exception>
    public static void Check(Tensor input, int columns)
    {
        if (!TensorMemory.IsFloatOnCpu(input))
        {
            throw new ArgumentException(
                $"compressed weights multiply float32 on the CPU, and the input is {input.dtype} on {input.device}: "
                + $"use {nameof(Storage)}.{nameof(Storage.Masked)} there");
        }

        if (input.dim() == 0 || input.shape[^1] != columns)
        {
            throw new ArgumentException($"the input of shape [{string.Join(", ", input.shape)}] must end in {columns}");
        }
    }

    /// <summary>Throws in a backward pass that creates a graph of its own.</summary>
    /// <exception cref="NotSupportedException">Second derivatives are requested.</exception>
    public static void RequireFirstDerivative()
    {
        if (is_grad_enabled())
        {
            throw new NotSupportedException(
                "compressed weights have first derivatives only: "
                + $"use {nameof(Storage)}.{nameof(Storage.Masked)} with create_graph");
        }
    }

    /// <summary>The structure of a chain, without the values of its weights.</summary>
    private sealed record Plan(
        ImmutableArray<SparsePattern> Patterns, ImmutableArray<bool> HasBias, ImmutableArray<Nonlinearity> After)
    {
        public long BatchOf(Tensor input) => input.numel() / Patterns[0].Columns;
    }

    private static unsafe Tensor Forward(Plan plan, Tensor input, Tensor[] values, Tensor?[] biases, Tensor[] outputs)
    {
        using var x = input.contiguous();
        var y = empty([.. input.shape[..^1], plan.Patterns[^1].Rows]);
        var stages = new SparseStage[values.Length];
        for (var s = 0; s < stages.Length; s++)
        {
            stages[s] = new(
                plan.Patterns[s], TensorMemory.FloatsOf(values[s]), biases[s] is { } bias ? TensorMemory.FloatsOf(bias) : null)
            {
                After = plan.After[s],
                Output = s < outputs.Length ? TensorMemory.FloatsOf(outputs[s]) : null,
            };
        }

        SparseKernels.Best.Forward(
            stages, TensorMemory.FloatsOf(x), TensorMemory.FloatsOf(y), plan.BatchOf(input), get_num_threads());
        GC.KeepAlive(values);
        GC.KeepAlive(biases);
        GC.KeepAlive(outputs);
        return y;
    }

    /// <summary>The graph node. Its arguments are the plan, the input, and then each layer's values and bias.</summary>
    private sealed class Node : GuardedFunction<Node>
    {
        private const string PlanKey = "plan", NeedsInputGradient = "needs input gradient";

        public override string Name => NameInErrors;

        protected override Tensor Evaluate(autograd.AutogradContext context, ReadOnlySpan<object?> arguments)
        {
            var (plan, input) = ((Plan)arguments[0]!, (Tensor)arguments[1]!);
            var (values, biases) = Weights(arguments[2..]);
            var columns = SparseKernels.Best.TilesOf(plan.BatchOf(input)).Columns;
            Tensor[] outputs = [.. plan.Patterns.SkipLast(1).Select(pattern => empty(columns * pattern.Rows))];
            context.save_data(PlanKey, plan);
            context.save_data(NeedsInputGradient, input.requires_grad);

            // Save the tensors with autograd, which checks their versions: unpacking a tensor that was modified throws.
            context.save_for_backward([input, .. values, .. outputs]);
            return Forward(plan, input, values, biases, outputs);
        }

        protected override List<Tensor?> Differentiate(autograd.AutogradContext context, Tensor gradient)
        {
            RequireFirstDerivative();
            var plan = (Plan)context.get_data(PlanKey)!;
            var count = plan.Patterns.Length;
            var saved = context.get_saved_variables();
            return Backward(
                plan, (bool)context.get_data(NeedsInputGradient)!, saved[0], saved[1..(count + 1)], saved[(count + 1)..],
                gradient);
        }

        private static (Tensor[] Values, Tensor?[] Biases) Weights(ReadOnlySpan<object?> arguments)
        {
            var (values, biases) = (new Tensor[arguments.Length / 2], new Tensor?[arguments.Length / 2]);
            for (var layer = 0; layer < values.Length; layer++)
            {
                (values[layer], biases[layer]) = ((Tensor)arguments[2 * layer]!, (Tensor?)arguments[(2 * layer) + 1]);
            }

            return (values, biases);
        }

        private static unsafe List<Tensor?> Backward(
            Plan plan, bool needsInputGradient, Tensor input, List<Tensor> values, List<Tensor> outputs, Tensor gradient)
        {
            using var x = input.contiguous();
            using var dy = gradient.contiguous();
            var dx = needsInputGradient ? empty(input.shape) : null;
            List<Tensor?> gradients = [null, dx];
            var stages = new SparseStage[values.Count];
            for (var s = 0; s < stages.Length; s++)
            {
                var dValues = empty(plan.Patterns[s].Count);
                var dBias = plan.HasBias[s] ? empty(plan.Patterns[s].Rows) : null;
                gradients.AddRange(dValues, dBias);
                stages[s] = new(plan.Patterns[s], TensorMemory.FloatsOf(values[s]), null)
                {
                    After = plan.After[s],
                    Output = s < outputs.Count ? TensorMemory.FloatsOf(outputs[s]) : null,
                    ValueGradient = TensorMemory.FloatsOf(dValues),
                    BiasGradient = dBias is null ? null : TensorMemory.FloatsOf(dBias),
                };
            }

            SparseKernels.Best.Backward(
                stages, TensorMemory.FloatsOf(x), TensorMemory.FloatsOf(dy), dx is null ? null : TensorMemory.FloatsOf(dx),
                plan.BatchOf(input), get_num_threads());
            GC.KeepAlive(values);
            GC.KeepAlive(outputs);
            return gradients;
        }
    }
}
