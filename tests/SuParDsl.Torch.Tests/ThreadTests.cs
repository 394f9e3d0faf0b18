using System.Runtime.ExceptionServices;
using TorchSharp;
using TorchSharp.Native;
using static TorchSharp.torch;

namespace SuParDsl.Torch.Tests;

/// <summary>Several threads at once: what they may do works, the rest is refused.</summary>
public class ThreadTests
{
    private const int Threads = 4, Rounds = 300;

    [Fact]
    public void Tensors_are_made_and_freed_by_all()
    {
        long before = Live.Tensors();
        Run(_ =>
        {
            for (int k = 0; k < Rounds; k++)
            {
                using var a = ones(8);
                using var b = a + k;
                using var c = b.matmul(a);
                Assert.Equal(8f * (1 + k), c.item<float>());
            }
        });
        Assert.Equal(before, Entries.st_live_tensors());
    }

    [Fact]
    public void A_tensor_that_all_dispose_of_is_freed_once()
    {
        long before = Live.Tensors(), objects = Tensor.TotalCount;
        for (int k = 0; k < 50; k++)
        {
            var shared = ones(4);
            var generator = new Generator(1);
            Run(_ =>
            {
                shared.Dispose();
                generator.Dispose();
            });
        }
        Assert.Equal(before, Entries.st_live_tensors());
        Assert.Equal(objects, Tensor.TotalCount);
    }

    [Fact]
    public void A_handle_is_given_up_to_one()
    {
        long before = Live.Tensors();
        var shared = Enumerable.Range(0, 10 * Rounds).Select(_ => ones(1)).ToArray();
        using var together = new Barrier(Threads);
        int taken = 0;
        Run(_ =>
        {
            foreach (var tensor in shared)
            {
                together.SignalAndWait();
                if (Record.Exception(() => Tensor.UnsafeCreateTensor(tensor.DecoupleFromNativeHandle()).Dispose()) is null)
                    Interlocked.Increment(ref taken);
            }
        });
        Assert.Equal(shared.Length, taken);
        Assert.Equal(before, Entries.st_live_tensors());
    }

    [Fact]
    public void Each_has_its_own_scope()
    {
        using var outer = NewDisposeScope();
        Run(_ =>
        {
            Assert.Null(CurrentDisposeScope);
            for (int k = 0; k < Rounds; k++)
            {
                using var scope = NewDisposeScope();
                var x = ones(2) + 1;
                Assert.Equal(2, scope.DisposablesCount);
                Assert.True(scope.Contains(x));
            }
        });
        Assert.Equal(0, outer.DisposablesCount);
    }

    [Fact]
    public void A_scope_lives_on_while_others_dispose_of_its_tensors()
    {
        long before = Live.Tensors();
        using (var scope = NewDisposeScope())
        {
            var shared = Enumerable.Range(0, Threads * Rounds).Select(_ => ones(1)).ToArray();
            var others = Start(t =>
            {
                foreach (var tensor in shared.Where((_, k) => k % Threads == t)) tensor.Dispose();
            });
            for (int k = 0; k < Threads * Rounds; k++)
            {
                var own = ones(1);
                if (k % 2 == 0) own.Dispose();
            }
            others();
            Assert.All(shared, tensor => Assert.True(tensor.IsInvalid));
            scope.DisposeEverything();
            Assert.Equal(0, scope.DisposablesCount);
        }
        Assert.Equal(before, Entries.st_live_tensors());
    }

    [Fact]
    public void Anothers_scope_is_refused()
    {
        using var scope = NewDisposeScope();
        var inside = ones(1);
        var outside = ones(1).DetachFromDisposeScope();
        Run(_ =>
        {
            using var own = NewDisposeScope();
            var mine = ones(1);
            Action[] uses =
            [
                scope.Dispose, scope.DisposeEverything, () => scope.Attach(outside), () => inside.DetachFromDisposeScope(),
                () => inside.MoveToOuterDisposeScope(), () => mine.MoveToOtherDisposeScope(scope), () => scope.MarkAsDisposed(inside),
            ];
            const string refusal = "DisposeScope belongs to the thread that made it";
            Assert.All(uses, use => Assert.StartsWith(refusal, Assert.Throws<InvalidOperationException>(use).Message));
            Assert.True(own.Contains(mine));
        });
        Assert.True(scope.Contains(inside));
        outside.Dispose();
    }

    [Fact]
    public void Gradients_of_a_shared_weight_add_up()
    {
        using var weight = ones(16, 16, requires_grad: true);
        Run(_ =>
        {
            for (int k = 0; k < Rounds; k++)
            {
                using var scope = NewDisposeScope();
                Scaled.apply(weight, 2.0).sum().backward();
            }
        });
        Values.Are(weight.grad!.max(), 2.0 * Threads * Rounds);
        Values.Are(weight.grad!.min(), 2.0 * Threads * Rounds);
        weight.grad = null;
    }

    [Fact]
    public void Each_gets_its_own_failure()
    {
        using var weight = ones(4, requires_grad: true);
        Run(t =>
        {
            for (int k = 0; k < Rounds; k++)
            {
                using var scope = NewDisposeScope();
                var error = Assert.Throws<FormatException>(() => Scaled.apply(weight, double.NaN, $"{t}.{k}").sum().backward());
                Assert.Equal($"no factor at {t}.{k}", error.Message);
                Assert.Contains($"({t + 2}x3 and 2x{k + 4})", Record.Exception(() => ones(t + 2, 3).matmul(ones(2, k + 4)))!.Message);
            }
        });
    }

    // One pass frees what the graph saved while the others read it: they get it whole, or are refused.
    [Fact]
    public void A_graph_is_freed_while_others_read_from_it()
    {
        using var weight = ones(64, requires_grad: true);
        using var together = new Barrier(Threads);
        using var scope = NewDisposeScope();
        var losses = Enumerable.Range(0, Rounds).Select(_ => Reading.apply(weight)).ToArray();
        Run(t =>
        {
            Reading.Times = t == 0 ? 1 : 50;
            foreach (var loss in losses)
            {
                together.SignalAndWait();
                var error = Record.Exception(() => loss.backward(retain_graph: t > 0));
                Assert.True(error is null || error.Message.Contains("Trying to backward through the graph a second time"), $"{error}");
            }
        });
        weight.grad = null;
    }

    [Fact]
    public void Gradient_modes_are_each_threads_own()
    {
        using var none = no_grad();
        var inference = inference_mode();
        Run(_ =>
        {
            Assert.True(is_grad_enabled());
            Assert.False(is_inference_mode_enabled());
            foreach (var mode in (IDisposable[])[none, inference])
                Assert.Equal("a gradient mode ends on the thread that began it", Assert.Throws<InvalidOperationException>(mode.Dispose).Message);
        });
        inference.Dispose();
        Assert.False(is_grad_enabled());
    }

    // As many numbers are drawn as in one thread, though nobody knows who drew which; meanwhile the state is read and written.
    [Fact]
    public void All_draw_from_the_default_generator()
    {
        manual_seed(5);
        for (int k = 0; k < Threads * Rounds; k++) rand(16).Dispose();
        using var expected = get_rng_state();
        manual_seed(5);
        Run(_ =>
        {
            for (int k = 0; k < Rounds; k++)
            {
                rand(16).Dispose();
                get_rng_state().Dispose();
                initial_seed();
            }
        });
        using var actual = get_rng_state();
        Assert.True(expected.eq(actual).all().item<bool>());
    }

    [Fact]
    public void A_saved_state_is_whole()
    {
        using var generator = new Generator(7);
        using var saved = generator.get_state();
        Run(t =>
        {
            for (int k = 0; k < Rounds; k++)
            {
                if (t % 2 == 0) generator.set_state(saved);
                else generator.manual_seed(7);
                using var state = generator.get_state();
                Assert.True(state.eq(saved).all().item<bool>());
            }
        });
    }

    /// <summary>Runs one body on several threads at once, and throws what the first of them threw.</summary>
    private static void Run(Action<int> body) => Start(body)();

    private static Action Start(Action<int> body)
    {
        var errors = new ExceptionDispatchInfo?[Threads];
        var threads = Enumerable.Range(0, Threads).Select(t => new Thread(() =>
        {
            try { body(t); }
            catch (Exception error) { errors[t] = ExceptionDispatchInfo.Capture(error); }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        return () =>
        {
            threads.ForEach(thread => thread.Join());
            errors.FirstOrDefault(error => error is not null)?.Throw();
        };
    }

    private sealed class Scaled : autograd.SingleTensorFunction<Scaled>
    {
        public override string Name => nameof(Scaled);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_for_backward([(Tensor)vars[0]]);
            ctx.save_data("factor", vars[1]);
            ctx.save_data("place", vars.Length > 2 ? vars[2] : null);
            return (Tensor)vars[0] * (double)vars[1];
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            double factor = (double)ctx.get_data("factor")!;
            if (double.IsNaN(factor)) throw new FormatException($"no factor at {ctx.get_data("place")}");
            var weight = ctx.get_saved_variables()[0];
            return ctx.get_data("place") is null ? [grad_output * factor * weight.sign(), null!] : [grad_output, null!, null!];
        }
    }

    private sealed class Reading : autograd.SingleTensorFunction<Reading>
    {
        /// <summary>How often this thread's backward passes read what was saved.</summary>
        [ThreadStatic]
        public static int Times;

        public override string Name => nameof(Reading);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_for_backward([(Tensor)vars[0] * 2]);
            return ((Tensor)vars[0]).sum();
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            for (int k = 0; k < Times; k++) ctx.get_saved_variables()[0].Dispose();
            return [grad_output.expand(64)];
        }
    }
}
