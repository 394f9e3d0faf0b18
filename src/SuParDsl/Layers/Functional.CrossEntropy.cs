using System.Runtime.InteropServices;
using SuParDsl.Engine;
using SuParDsl.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace SuParDsl;

/// <content>The loss of language models and classifiers.</content>
public static partial class Functional
{
    /// <summary>The target that <see cref="CrossEntropy(Tensor, Tensor)"/> ignores: −100, as in PyTorch.</summary>
    public const long IgnoreIndex = -100;

    /// <inheritdoc cref="CrossEntropy(Tensor, Tensor, long)"/>
    public static Tensor CrossEntropy(Tensor logits, Tensor targets) => CrossEntropy(logits, targets, IgnoreIndex);

    /// <summary>
    /// The mean of −log softmax(logits)[target], in nats, over the positions whose target is not <paramref name="ignoreIndex"/>.
    /// If all positions are ignored, the loss and its gradients are 0, whereas PyTorch returns NaN. On the CPU the backward pass
    /// recomputes the softmax instead of storing it. For tensors of the logits' size, the engine's function needs twice the
    /// memory.
    /// </summary>
    /// <param name="logits">… classes. For half precision, the computation and the loss are in float32.</param>
    /// <param name="targets">The classes, int64, one for each position of the logits.</param>
    /// <param name="ignoreIndex">The target of positions to ignore; −100 by default.</param>
    /// <exception cref="ArgumentException">
    /// The targets do not have the shape of the positions, or one is neither a class nor <paramref name="ignoreIndex"/>. The
    /// message names it.
    /// </exception>
    public static Tensor CrossEntropy(Tensor logits, Tensor targets, long ignoreIndex)
    {
        if (ClassTargets.Misfit(logits, targets) is { } reason)
        {
            throw new ArgumentException(reason);
        }

        if (logits.dtype is ScalarType.BFloat16 or ScalarType.Float16)
        {
            using var wide = logits.to_type(ScalarType.Float32);
            return CrossEntropy(wide, targets, ignoreIndex);
        }

        if (!TensorMemory.IsFloatOnCpu(logits) || targets.device_type != TorchSharp.DeviceType.CPU || targets.numel() == 0)
        {
            return EnginesCrossEntropy(logits, targets, ignoreIndex);
        }

        if (is_grad_enabled() && logits.requires_grad)
        {
            return CrossEntropyNode.Apply(logits, targets, ignoreIndex);
        }

        using var logSums = empty(targets.numel());
        return CrossEntropyNode.Forward(logits, targets, ignoreIndex, logSums, out _);
    }

    // Check the targets first: on a GPU, a target that is not a class makes the device unusable for the process.
    private static Tensor EnginesCrossEntropy(Tensor logits, Tensor targets, long ignoreIndex)
    {
        using var scope = NewDisposeScope();
        var (classes, y) = (logits.shape[^1], targets.reshape(-1));
        using var ignored = ignoreIndex.ToScalar();
        using var end = classes.ToScalar();
        var counted = y.ne(ignored);
        var bad = counted.logical_and(y.lt(Scalars.Zero).logical_or(y.ge(end)));
        if (bad.any().ToBoolean())
        {
            var position = bad.nonzero()[0, 0].ToInt64();
            throw NoClass(y[position].ToInt64(), position, classes, ignoreIndex);
        }

        var sum = nn.functional.cross_entropy(
            logits.reshape(-1, classes), y, ignore_index: ignoreIndex, reduction: nn.Reduction.Sum);
        return (sum / counted.sum().clamp(min: Scalars.One)).MoveToOuterDisposeScope();
    }

    private static ArgumentException NoClass(long target, long position, long classes, long ignoreIndex) => new(
        $"target {target} at position {position} is not a class: it must be in [0, {classes})"
        + (target < 0 ? $", or {ignoreIndex} to ignore the position" : string.Empty));

    private sealed unsafe class CrossEntropyNode : GuardedFunction<CrossEntropyNode>
    {
        public override string Name => $"{nameof(Functional)}.{nameof(CrossEntropy)}";

        private const string IgnoredKey = "ignored", CountKey = "count";

        public static Tensor Forward(Tensor logits, Tensor targets, long ignoreIndex, Tensor logSums, out long count)
        {
            using var x = logits.contiguous();
            using var y = targets.contiguous();
            var (rows, classes) = (targets.numel(), logits.shape[^1]);
            float* px = TensorMemory.FloatsOf(x), sums = TensorMemory.FloatsOf(logSums);
            var classesOf = TargetsOf(y);
            CrossEntropyKernels.Best.LogSumExp(px, sums, rows, classes, get_num_threads());
            var total = 0.0;
            count = 0;
            for (long row = 0; row < rows; row++)
            {
                var target = classesOf[(int)row];
                if (target != ignoreIndex)
                {
                    total += target >= 0 && target < classes
                        ? sums[row] - px[(row * classes) + target]
                        : throw NoClass(target, row, classes, ignoreIndex);
                    count++;
                }
            }

            GC.KeepAlive(x);
            GC.KeepAlive(y);
            return tensor((float)(total / Math.Max(1, count)));
        }

        protected override Tensor Evaluate(autograd.AutogradContext context, ReadOnlySpan<object?> arguments)
        {
            var (logits, targets, ignoreIndex) = ((Tensor)arguments[0]!, (Tensor)arguments[1]!, (long)arguments[2]!);
            var logSums = empty(targets.numel());
            var loss = Forward(logits, targets, ignoreIndex, logSums, out var count);
            context.save_data(IgnoredKey, ignoreIndex);
            context.save_data(CountKey, count);

            // Save the tensors with autograd, which checks their versions: unpacking a tensor that was modified throws.
            context.save_for_backward([logits, targets, logSums]);
            return loss;
        }

        protected override List<Tensor?> Differentiate(autograd.AutogradContext context, Tensor gradient)
        {
            if (is_grad_enabled())
            {
                throw new NotSupportedException(
                    $"{nameof(CrossEntropy)} has first derivatives only: use nn.functional.cross_entropy with create_graph");
            }

            var saved = context.get_saved_variables();
            using var x = saved[0].contiguous();
            using var y = saved[1].contiguous();
            var (rows, classes) = (saved[1].numel(), saved[0].shape[^1]);
            var logitsGradient = empty(saved[0].shape);
            fixed (long* targets = TargetsOf(y))
            {
                CrossEntropyKernels.Best.Gradient(
                    TensorMemory.FloatsOf(x), TensorMemory.FloatsOf(saved[2]), targets, (long)context.get_data(IgnoredKey),
                    TensorMemory.FloatsOf(logitsGradient), rows, classes,
                    gradient.ToSingle() / Math.Max(1, (long)context.get_data(CountKey)), get_num_threads());
            }

            GC.KeepAlive(saved);
            return [logitsGradient, null, null];
        }

        private static Span<long> TargetsOf(Tensor targets) => MemoryMarshal.Cast<byte, long>(targets.bytes);
    }
}
