using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Native;
using static TorchSharp.torch;

namespace SuParDsl.Torch.Tests;

public class LifetimeTests
{
    [Fact]
    public void ScopesDisposeWhatIsNotMovedOut()
    {
        Tensor kept, lost, detached;
        using (var outer = NewDisposeScope())
        {
            using (NewDisposeScope())
            {
                lost = ones(1);
                kept = ones(1).MoveToOuterDisposeScope();
                detached = ones(1).DetachFromDisposeScope();
            }
            Assert.True(lost.IsInvalid);
            Assert.False(kept.IsInvalid);
            Assert.True(outer.Contains(kept));
            Assert.Equal(1, outer.DisposablesCount);
        }
        Assert.True(kept.IsInvalid);
        Assert.False(detached.IsInvalid);
        detached.Dispose();
        detached.Dispose();
    }

    [Fact]
    public void KeepingAndAttaching()
    {
        using var scope = NewDisposeScope();
        Tensor a = ones(1), b = ones(1), c = ones(1);
        scope.DisposeEverythingBut(b);
        Assert.True(a.IsInvalid && !b.IsInvalid && c.IsInvalid);
        scope.Detach(b);
        scope.Attach(b);
        Assert.Same(b, Assert.Single(scope.DisposablesView));
        Assert.Throws<InvalidOperationException>(() => scope.Attach(new MemoryStream()));
    }

    [Fact]
    public void NothingLeaksOverTenThousandSteps()
    {
        manual_seed(1);
        using Linear first = nn.Linear(4, 8), last = nn.Linear(8, 2);
        using var optimizer = optim.AdamW([.. first.parameters(), .. last.parameters()], lr: 1e-3);
        using Tensor x = randn(16, 4), y = randn(16, 2);
        for (int k = 0; k < 100; k++) Step();
        long before = Live.Tensors(), objects = Tensor.TotalCount;
        var heap = new List<long> { HeapBytes() };
        for (int k = 1; k <= 10_000; k++)
        {
            Step();
            if (k % 2_500 == 0) heap.Add(HeapBytes());
        }
        Assert.Equal(before, Entries.st_live_tensors());
        Assert.Equal(objects, Tensor.TotalCount);
        // Whatever else C++ could leak, a node of the graph say, is over 100 bytes in every step. The runtime's own compiling takes
        // from the same heap, now and then.
        Assert.InRange(heap.Skip(1).Zip(heap, (later, earlier) => later - earlier).Min(), long.MinValue, 2_500 * 100);

        void Step()
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            nn.functional.mse_loss(last.call(Twice.apply(first.call(x).relu())), y).backward();
            using var abandoned = Twice.apply(first.call(x));
            optimizer.step();
        }
    }

    [Fact]
    public void LookingForAGradientTakesNoMemory()
    {
        using var scope = NewDisposeScope();
        var tensors = Enumerable.Range(0, 10_000).Select(_ => ones(1)).ToArray();
        Assert.Null(tensors[0].grad);
        long before = HeapBytes();
        foreach (var tensor in tensors) Assert.Null(tensor.grad);
        // What autograd keeps of a tensor is over 100 bytes.
        Assert.InRange(HeapBytes() - before, long.MinValue, tensors.Length * 100);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct HeapState
    {
        public nint Arena, FreeChunks, FastChunks, Mapped, MappedBytes, HighWater, FastBytes, UsedBytes, FreeBytes, Top;
    }

    [DllImport("libc")]
    private static extern HeapState mallinfo2();

    private static long HeapBytes()
    {
        var state = mallinfo2();
        return state.UsedBytes + state.MappedBytes;
    }

    private sealed class Twice : autograd.SingleTensorFunction<Twice>
    {
        public override string Name => nameof(Twice);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_for_backward([(Tensor)vars[0]]);
            return (Tensor)vars[0] * 2;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
            [grad_output * ctx.get_saved_variables()[0].sign().abs() * 2];
    }

    [Fact]
    public void TheGarbageCollectorFreesTheForgotten()
    {
        long before = Live.Tensors();
        Forget();
        for (int k = 0; k < 5 && Entries.st_live_tensors() > before; k++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.True(Entries.st_live_tensors() <= before);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void Forget()
    {
        for (int k = 0; k < 100; k++) ones(10);
    }

    [Fact]
    public void ErrorsNameTheOperatorAndHaveNoStackTrace()
    {
        var error = Assert.Throws<ExternalException>(() => ones(2, 3).matmul(ones(2, 3)));
        Assert.StartsWith("aten::matmul: mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)", error.Message);
        Assert.DoesNotContain("Exception raised from", error.Message);
        var missing = Assert.Throws<ExternalException>(() => new Operator("aten::no_such_operator").Call(ones(1)));
        Assert.Equal($"aten::no_such_operator: libtorch {__version__} has no such operator", missing.Message);
    }

    [Fact]
    public void ThreadsCanBeSet()
    {
        int before = get_num_threads();
        set_num_threads(1);
        Assert.Equal(1, get_num_threads());
        set_num_threads(before);
        Assert.True(get_num_interop_threads() > 0);
    }
}
