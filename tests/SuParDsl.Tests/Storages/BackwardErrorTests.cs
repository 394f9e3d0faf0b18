using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Storages;

/// <summary>Tests what a compressed layer's backward refuses, and which call throws the error.</summary>
public class BackwardErrorTests
{
    private const string Edited = "modified by an inplace operation";

    [Fact]
    public void A_weight_that_is_edited_between_forward_and_backward_is_an_error()
    {
        using var scope = NewDisposeScope();
        using var model = StorageTests.Model(Storage.Compressed);
        using var optimizer = model.AdamW(lr: 0.01);
        var loss = EditedLoss(model);

        Assert.Contains(Edited, Assert.Throws<BackwardException>(() => loss.Backward()).Message, StringComparison.Ordinal);

        // The error is thrown once, and then the optimizer continues.
        var (x, y) = HandMadeMlp.Batch(20);
        model.Train(optimizer, x, y);
    }

    [Theory]
    [InlineData(Storage.Masked)]
    [InlineData(Storage.Compressed)]
    public void A_step_between_forward_and_backward_is_an_error(Storage storage)
    {
        using var scope = NewDisposeScope();
        using var model = StorageTests.Model(storage);
        using var optimizer = model.AdamW(lr: 0.01);
        var (x, y) = HandMadeMlp.Batch(20);
        model.Train(optimizer, x, y);
        var loss = nn.functional.cross_entropy(model.call(x), y);
        optimizer.step();

        Assert.Contains(Edited, Assert.ThrowsAny<Exception>(() => loss.Backward()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("step")]
    [InlineData("step with a norm")]
    [InlineData("clip")]
    public void After_TorchSharps_own_backward_the_optimizer_throws_once_and_changes_nothing(string call)
    {
        using var scope = NewDisposeScope();
        using var model = StorageTests.Model(Storage.Compressed);
        using var optimizer = model.AdamW(lr: 0.01);
        EditedLoss(model).backward();
        var before = Weights(model);

        var error = Assert.Throws<BackwardException>(() => Call(optimizer, call));
        Assert.Contains(Edited, error.Message, StringComparison.Ordinal);
        Assert.IsType<ExternalException>(error.InnerException);
        Assert.Equal(before, Weights(model));
        Assert.Equal(0, model.Up.weight.grad!.abs().max().ToSingle());

        optimizer.zero_grad();
        var (x, y) = HandMadeMlp.Batch(20);
        nn.functional.cross_entropy(model.call(x), y).Backward();
        Call(optimizer, call);
    }

    [Fact]
    public void A_backward_pass_without_errors_leaves_an_earlier_ones_for_the_step()
    {
        using var scope = NewDisposeScope();
        using var model = StorageTests.Model(Storage.Compressed);
        using var optimizer = model.AdamW(lr: 0.01);
        EditedLoss(model).backward();
        var (x, y) = HandMadeMlp.Batch(20);
        nn.functional.cross_entropy(model.call(x), y).Backward();

        Assert.Throws<BackwardException>(optimizer.step);
        optimizer.step();
    }

    [Fact]
    public void An_error_of_another_thread_is_its_models_alone()
    {
        using var scope = NewDisposeScope();
        using var model = StorageTests.Model(Storage.Compressed);
        using var other = StorageTests.Model(Storage.Compressed);
        using var optimizer = model.AdamW(lr: 0.01);
        using var otherOptimizer = other.AdamW(lr: 0.01);
        var thread = new Thread(() =>
        {
            using var own = NewDisposeScope();
            EditedLoss(model).backward();
        });
        thread.Start();
        thread.Join();

        otherOptimizer.step();
        Assert.Throws<BackwardException>(optimizer.step);
        optimizer.step();
    }

    [Fact]
    public async Task An_error_goes_with_asynchronous_code_and_not_with_its_thread()
    {
        var logits = zeros(2, 3, requires_grad: true);
        FailCrossEntropy(logits);
        await Task.Run(static () => Assert.True(true)).ConfigureAwait(true);
        Assert.Throws<BackwardException>(BackwardErrors.ThrowIfAny);

        await Task.Run(static () => FailCrossEntropy(zeros(2, 3, requires_grad: true))).ConfigureAwait(true);
        BackwardErrors.ThrowIfAny();
    }

    [Fact]
    public void Second_derivatives_are_refused()
    {
        using var scope = NewDisposeScope();
        using var model = StorageTests.Model(Storage.Compressed);
        using var optimizer = model.AdamW(lr: 0.01);
        var (x, _) = HandMadeMlp.Batch(4);
        var before = Weights(model);
        autograd.grad([model.call(x).sum()], [model.Up.weight], create_graph: true);

        Assert.Contains(
            "first derivatives", Assert.Throws<BackwardException>(BackwardErrors.ThrowIfAny).Message, StringComparison.Ordinal);

        model.call(x).sum().backward(create_graph: true);
        Assert.Contains("first derivatives", Assert.Throws<BackwardException>(optimizer.step).Message, StringComparison.Ordinal);
        Assert.Equal(before, Weights(model));
    }

    [Fact]
    public void Nothing_stays_recorded_if_the_engine_itself_throws()
    {
        using var scope = NewDisposeScope();
        var logits = zeros(2, 3, requires_grad: true);
        var scale = ones(2, 3, requires_grad: true);
        var own = logits * scale;
        var loss = Functional.CrossEntropy(own, tensor([0L, 1]));
        using (no_grad())
        {
            own.add_(1);
            scale.add_(1);
        }

        Assert.Throws<ExternalException>(() => loss.Backward());
        BackwardErrors.ThrowIfAny();
    }

    [Fact]
    public void An_exception_in_forward_reaches_the_caller_and_frees_the_graph()
    {
        var marker = FailForward();
        for (var tries = 0; tries < 10 && marker.IsAlive; tries++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(marker.IsAlive);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static WeakReference FailForward()
    {
        using var scope = NewDisposeScope();
        var marker = new object();
        var logits = Marked.Apply(marker, zeros(2, 3, requires_grad: true));
        Assert.Equal(
            "target 7 at position 1 is not a class: it must be in [0, 3)",
            Assert.Throws<ArgumentException>(() => Functional.CrossEntropy(logits, tensor([0L, 7]))).Message);
        return new(marker);
    }

    private static void FailCrossEntropy(Tensor logits)
    {
        var loss = Functional.CrossEntropy(logits, tensor([0L, 1]));
        using (no_grad())
        {
            logits.add_(1);
        }

        loss.backward();
    }

    private static void Call(MuOptimizer optimizer, string call)
    {
        switch (call)
        {
            case "step":
                optimizer.step();
                break;
            case "clip":
                optimizer.ClipGradNorm(1);
                break;
            default:
                optimizer.step(maxNorm: 1);
                break;
        }
    }

    private static Tensor EditedLoss(HandMadeMlp model)
    {
        var (x, y) = HandMadeMlp.Batch(20);
        var loss = nn.functional.cross_entropy(model.call(x), y);
        using (no_grad())
        {
            model.Up.weight.mul_(2);
        }

        return loss;
    }

    private static float[] Weights(HandMadeMlp model) =>
        [.. model.parameters().SelectMany(static p => p.data<float>().ToArray())];

    private sealed class Marked : GuardedFunction<Marked>
    {
        public override string Name => nameof(Marked);

        protected override Tensor Evaluate(autograd.AutogradContext context, ReadOnlySpan<object?> arguments)
        {
            context.save_data("marker", arguments[0]);
            return ((Tensor)arguments[1]!).clone();
        }

        protected override List<Tensor?> Differentiate(autograd.AutogradContext context, Tensor gradient) => [null, gradient];
    }
}
