using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Engine;

/// <summary>
/// The behavior of TorchSharp 0.107.0 in a training step: optimizers, gradients, scopes and threads. See
/// <c>docs/torchsharp.md</c>.
/// </summary>
public sealed class TorchSharpTrainingTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Gradients_are_zeroed_and_not_removed_and_an_unused_parameter_still_changes()
    {
        var weight = new Parameter(ones(1));
        using var optimizer = optim.AdamW([weight], lr: 0.1);
        weight.sum().backward();
        optimizer.step();
        var moved = weight.ToSingle();
        optimizer.zero_grad();
        Assert.NotNull(weight.grad);
        optimizer.step();
        Assert.NotEqual(moved, weight.ToSingle());
    }

    [Fact]
    public void A_frozen_tensor_with_a_gradient_is_still_trained()
    {
        var weight = new Parameter(ones(1));
        using var optimizer = optim.SGD([weight], 0.1);
        weight.sum().backward();
        weight.requires_grad = false;
        optimizer.step();
        Assert.Equal(0.9f, weight.ToSingle(), 5);
    }

    [Fact]
    public void Clipping_by_a_norm_that_is_not_a_number_ruins_every_gradient()
    {
        var (bad, good) = (new Parameter(ones(1)), new Parameter(ones(1)));
        (bad * float.NaN + good).backward();
        nn.utils.clip_grad_norm_([bad, good], 1);
        Assert.True(float.IsNaN(good.grad!.ToSingle()));
    }

    [Fact]
    public void An_optimizers_state_is_live_and_keyed_by_the_parameters_handle()
    {
        using var layer = nn.Linear(2, 2);
        using var optimizer = optim.AdamW(layer.parameters());
        var saved = optimizer.state_dict();
        layer.call(ones(1, 2)).sum().backward();
        optimizer.step();
        Assert.Equal(1, ((AdamW.State)saved.State[0]).step);

        layer.to(float64);
        layer.call(ones([1, 2], float64)).sum().backward();
        Assert.ThrowsAny<Exception>(() => optimizer.step());
    }

    [Fact]
    public void The_one_cycle_schedule_does_not_anneal_the_second_group()
    {
        var (first, second) = (new Parameter(ones(1)), new Parameter(ones(1)));
        using var optimizer = optim.SGD(new SGD.ParamGroup[] { new([first]), new([second]) }, 0.1);
        var schedule = optim.lr_scheduler.OneCycleLR(optimizer, 0.001, total_steps: 10);
        for (var step = 0; step < 9; step++)
        {
            optimizer.step();
            schedule.step();
        }

        var rates = optimizer.ParamGroups.Select(static group => group.LearningRate).ToArray();
        Assert.True(rates[0] < 1e-6, $"{rates[0]}");
        Assert.True(rates[1] > 1e-6, $"{rates[1]}");
    }

    [Fact]
    public void A_gradient_mode_does_not_follow_an_await()
    {
        // Each runs on a separate thread, so that no test loses its gradient mode.
        var (after, left) = (true, true);
        RunOnOwnThread(() =>
        {
            var mode = no_grad();
            RunOnOwnThread(() =>
            {
                after = is_grad_enabled();
                mode.Dispose();
            });
            left = is_grad_enabled();
        });
        Assert.True(after);
        Assert.False(left);
    }

    [Fact]
    public void A_tensor_of_another_thread_is_in_no_scope()
    {
        Tensor? made = null;
        using (NewDisposeScope())
        {
            RunOnOwnThread(() => made = ones(1));
        }

        Assert.False(made!.IsInvalid);
        made.Dispose();
    }

    [Fact]
    public void Lookups_by_index_select_have_the_same_gradient_on_every_run()
    {
        // With two threads and a million indices, p[index] has no fixed result; the operations that Embedding and the
        // kernels use have one.
        const int Count = 1 << 20;
        var threads = get_num_threads();
        set_num_threads(2);
        try
        {
            manual_seed(3);
            var (ids, weight) = (randint(0, 64, [Count], int64), randn(Count, 1));
            float[] Gradient()
            {
                using var inner = NewDisposeScope();
                var table = ones([64, 1], requires_grad: true);
                (table.index_select(0, ids) * weight).sum().backward();
                return table.grad!.data<float>().ToArray();
            }

            var first = Gradient();
            Assert.All(Enumerable.Range(0, 5), _ => Assert.Equal(first, Gradient()));
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    private static void RunOnOwnThread(Action action)
    {
        Exception? error = null;
        var thread = new Thread(() => error = Record.Exception(action));
        thread.Start();
        thread.Join();
        Assert.Null(error);
    }
}
