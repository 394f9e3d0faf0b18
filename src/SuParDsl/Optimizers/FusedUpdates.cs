using SuParDsl.Engine;
using SuParDsl.Kernels;
using SuParDsl.Sparsity;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl.Optimizers;

/// <summary>One tensor of a fused optimizer.</summary>
/// <param name="Parameter">The weights, contiguous float32 on the CPU.</param>
/// <param name="Mask">The mask of the weights; null if all weights are kept.</param>
/// <param name="Group">The index of the group whose multipliers apply.</param>
internal sealed record FusedSegment(Parameter Parameter, WeightMask? Mask, int Group);

/// <summary>
/// An optimizer that updates all weights in one multithreaded pass over the raw memory of parameters, gradients and moments.
/// Each group has its own learning rate, decay and ε. No temporary tensors are allocated.
/// </summary>
internal abstract class FusedUpdates : OptimizerBackend
{
    // Long enough to amortise a call, short enough to balance threads. A multiple of 64, so that a run's mask starts at a word.
    private const int RunLength = 1 << 15;

    private readonly FusedSegment[] segments;
    private readonly Tensor[] versions;
    private readonly Tensor? first, second;
    private readonly long[] offsets, counts;
    private readonly (int Segment, long Start, int Count)[] runs;
    private readonly int[] steps;
    private readonly double[] rates;
    private readonly double[] sums;

    /// <param name="segments">The tensors.</param>
    /// <param name="groups">The number of groups.</param>
    /// <param name="moments">The number of moments per weight.</param>
    protected FusedUpdates(FusedSegment[] segments, int groups, int moments)
    {
        this.segments = segments;
        (rates, steps, offsets) = (new double[groups], new int[segments.Length], new long[segments.Length]);
        counts = [.. segments.Select(static segment => segment.Parameter.numel())];
        long total = 0;
        List<(int, long, int)> cut = [];
        for (var s = 0; s < segments.Length; s++)
        {
            offsets[s] = total;
            var count = counts[s];
            for (long start = 0; start < count; start += RunLength)
            {
                cut.Add((s, start, (int)Math.Min(RunLength, count - start)));
            }

            // Align each tensor's moments to cache lines.
            total += (count + 15) / 16 * 16;
        }

        runs = [.. cut];
        sums = new double[runs.Length];
        first = moments > 0 ? zeros(total).DetachFromDisposeScope() : null;
        second = moments > 1 ? zeros(total).DetachFromDisposeScope() : null;
        versions = [.. segments.Select(static s => TensorMemory.VersionOf(s.Parameter))];
    }

    /// <summary>Whether a fused optimizer can update all of the given weights: contiguous float32 on the CPU.</summary>
    public static bool CanMove(IEnumerable<Parameter> parameters) =>
        parameters.All(static p => TensorMemory.IsFloatOnCpu(p) && p.is_contiguous());

    /// <inheritdoc/>
    public override IReadOnlyList<TensorState> States => [.. Enumerable.Range(0, segments.Length).Select(segment =>
    {
        var moments = MomentsOf(segment);
        return new TensorState(
            () => steps[segment], count => steps[segment] = checked((int)count), _ => moments.Length, () => moments);
    })];

    /// <inheritdoc/>
    public override void SetRate(int group, double rate) => rates[group] = rate;

    /// <inheritdoc/>
    public override void Step() => Step(gradientScale: 1);

    /// <summary>Takes one step on the current gradients times a factor. A tensor without a gradient does not change.</summary>
    public unsafe void Step(double gradientScale)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var memory = Memory();
        var constants = new UpdateConstants[segments.Length];
        for (var s = 0; s < segments.Length; s++)
        {
            if (memory[s].Gradients != 0)
            {
                steps[s]++;
                constants[s] = Constants(
                    segments[s].Group, rates[segments[s].Group], steps[s]) with { GradientScale = (float)gradientScale };
            }
        }

        ForEachRun(memory, (int s, int _, in UpdateRun run) => Update(constants[s], run));

        // Autograd does not see writes to raw memory. An in-place operation on an empty view increments the weights' version.
        for (var s = 0; s < segments.Length; s++)
        {
            if (memory[s].Gradients != 0)
            {
                versions[s].zero_();
            }
        }
    }

    /// <summary>The global norm of unmasked gradients. Sets masked gradients to zero if <paramref name="zeroMasked"/>.</summary>
    public double Norm(bool zeroMasked)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        Array.Clear(sums);
        ForEachRun(
            Memory(), (int _, int index, in UpdateRun run) => sums[index] = UpdateKernels.Best.SumOfSquares(run, zeroMasked));

        // Sum in the order of the runs, so that the result does not depend on the threads.
        return Math.Sqrt(sums.Sum());
    }

    /// <summary>Multiplies every gradient by a factor.</summary>
    public void Scale(double factor)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        ForEachRun(Memory(), (int _, int _, in UpdateRun run) => UpdateKernels.Best.Scale(run, (float)factor));
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        first?.Dispose();
        second?.Dispose();
        foreach (var version in versions)
        {
            version.Dispose();
        }
    }

    /// <summary>The constants of one tensor's step.</summary>
    /// <param name="group">The tensor's group.</param>
    /// <param name="rate">Its learning rate.</param>
    /// <param name="step">The number of the tensor's step, counted from 1.</param>
    protected abstract UpdateConstants Constants(int group, double rate, int step);

    /// <summary>Updates a run of weights.</summary>
    protected abstract void Update(in UpdateConstants constants, in UpdateRun run);

    private delegate void RunBody(int segment, int index, in UpdateRun run);

    private Tensor[] MomentsOf(int segment) => [.. new[] { first, second }.OfType<Tensor>()
        .Select(moment => moment.narrow(0, offsets[segment], counts[segment]))];

    // The current addresses of weights and gradients; 0 for a tensor without a gradient, which is not updated.
    private unsafe (nint Weights, nint Gradients)[] Memory()
    {
        var memory = new (nint, nint)[segments.Length];
        for (var s = 0; s < segments.Length; s++)
        {
            var parameter = segments[s].Parameter;
            if (parameter.grad is not { } gradient)
            {
                continue;
            }

            if (!TensorMemory.IsFloatOnCpu(gradient) || !gradient.is_contiguous())
            {
                parameter.grad = gradient = gradient.to_type(ScalarType.Float32).cpu().contiguous();
            }

            memory[s] = ((nint)TensorMemory.FloatsOf(parameter), (nint)TensorMemory.FloatsOf(gradient));
        }

        return memory;
    }

    private unsafe void ForEachRun((nint Weights, nint Gradients)[] memory, RunBody body)
    {
        var firsts = first is null ? 0 : (nint)TensorMemory.FloatsOf(first);
        var seconds = second is null ? 0 : (nint)TensorMemory.FloatsOf(second);
        Workers.Run(runs.Length, get_num_threads(), (double)runs.Length * RunLength, index =>
        {
            var (s, start, count) = runs[index];
            if (memory[s].Gradients == 0)
            {
                return;
            }

            var offset = (nint)(offsets[s] + start);
            var mask = segments[s].Mask is { } bits ? bits.Words[(int)(start / 64)..] : default;
            fixed (ulong* words = mask)
            {
                body(s, index, new(
                    (float*)memory[s].Weights + start, (float*)memory[s].Gradients + start,
                    firsts == 0 ? null : (float*)firsts + offset, seconds == 0 ? null : (float*)seconds + offset, words, count));
            }
        });
    }
}

/// <summary>A fused optimizer with one of the kernels' rules.</summary>
/// <param name="segments">The tensors.</param>
/// <param name="groups">The number of groups.</param>
/// <param name="constants">The constants of a step, given a group, its learning rate and the step, counted from 1.</param>
internal sealed class FusedUpdates<TRule>(FusedSegment[] segments, int groups, Func<int, double, int, UpdateConstants> constants)
    : FusedUpdates(segments, groups, TRule.Moments)
    where TRule : struct, IUpdateRule
{
    protected override UpdateConstants Constants(int group, double rate, int step) => constants(group, rate, step);

    protected override void Update(in UpdateConstants constants, in UpdateRun run) =>
        UpdateKernels.Best.Update<TRule>(constants, run);
}
