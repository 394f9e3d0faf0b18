using System.Runtime.InteropServices;
using SuParDsl.Kernels;
using static TorchSharp.torch;

namespace SuParDsl;

/// <content>The loss of language models and classifiers.</content>
public static partial class Functional
{
    /// <summary>
    /// The mean over all positions of −log softmax(logits)[target], in nats. In float32 on the CPU the softmax is not kept for the
    /// backward pass, which makes it again: of memory the size of the logits, the engine's own function takes twice as much.
    /// </summary>
    /// <param name="logits">… classes.</param>
    /// <param name="targets">The classes, int64, one for each of the logits' positions.</param>
    /// <exception cref="ArgumentException">There are more or fewer targets than positions, or one is no class; the message names it.</exception>
    public static Tensor CrossEntropy(Tensor logits, Tensor targets)
    {
        if (logits.dim() == 0 || targets.dtype != ScalarType.Int64 || logits.numel() != targets.numel() * logits.shape[^1])
        {
            throw new ArgumentException(
                $"logits of shape [{string.Join(", ", logits.shape)}] need an int64 target for each position but the last axis, "
                + $"and there are {targets.numel()} of {targets.dtype}");
        }

        if (!TensorMemory.IsFloatOnCpu(logits) || targets.device_type != TorchSharp.DeviceType.CPU || targets.numel() == 0)
        {
            return nn.functional.cross_entropy(logits.reshape(-1, logits.shape[^1]), targets.reshape(-1));
        }

        if (is_grad_enabled() && logits.requires_grad)
        {
            return CrossEntropyNode.Apply(logits, targets);
        }

        using var logSums = empty(targets.numel());
        return CrossEntropyNode.Forward(logits, targets, logSums);
    }

    private sealed unsafe class CrossEntropyNode : GuardedFunction<CrossEntropyNode>
    {
        public override string Name => $"{nameof(Functional)}.{nameof(CrossEntropy)}";

        public static Tensor Forward(Tensor logits, Tensor targets, Tensor logSums)
        {
            using var x = logits.contiguous();
            using var y = targets.contiguous();
            var (rows, classes) = (targets.numel(), logits.shape[^1]);
            float* px = TensorMemory.FloatsOf(x), sums = TensorMemory.FloatsOf(logSums);
            var classesOf = TargetsOf(y);
            CrossEntropyKernels.Best.LogSumExp(px, sums, rows, classes, get_num_threads());
            var total = 0.0;
            for (long row = 0; row < rows; row++)
            {
                var target = classesOf[(int)row];
                total += target >= 0 && target < classes
                    ? sums[row] - px[(row * classes) + target]
                    : throw new ArgumentException($"target {target} at position {row} is no class: it must be in [0, {classes})");
            }

            GC.KeepAlive(x);
            GC.KeepAlive(y);
            return tensor((float)(total / rows));
        }

        protected override Tensor Evaluate(autograd.AutogradContext context, ReadOnlySpan<object?> arguments)
        {
            var (logits, targets) = ((Tensor)arguments[0]!, (Tensor)arguments[1]!);
            var logSums = empty(targets.numel());
            var loss = Forward(logits, targets, logSums);

            // A saved tensor knows its version: to unpack one that was edited since is an error.
            context.save_for_backward([logits, targets, logSums]);
            return loss;
        }

        protected override List<Tensor?> Differentiate(autograd.AutogradContext context, Tensor gradient)
        {
            if (is_grad_enabled())
            {
                throw new NotSupportedException($"{nameof(CrossEntropy)} has first derivatives only: use nn.functional.cross_entropy with create_graph");
            }

            var saved = context.get_saved_variables();
            using var x = saved[0].contiguous();
            using var y = saved[1].contiguous();
            var (rows, classes) = (saved[1].numel(), saved[0].shape[^1]);
            var logitsGradient = empty(saved[0].shape);
            fixed (long* targets = TargetsOf(y))
            {
                CrossEntropyKernels.Best.Gradient(
                    TensorMemory.FloatsOf(x), TensorMemory.FloatsOf(saved[2]), targets, TensorMemory.FloatsOf(logitsGradient), rows, classes,
                    gradient.ToSingle() / rows, get_num_threads());
            }

            GC.KeepAlive(saved);
            return [logitsGradient, null];
        }

        private static Span<long> TargetsOf(Tensor targets) => MemoryMarshal.Cast<byte, long>(targets.bytes);
    }
}
