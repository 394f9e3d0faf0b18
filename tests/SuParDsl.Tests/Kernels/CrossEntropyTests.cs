using SuParDsl.Kernels;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Kernels;

/// <summary>Compares cross-entropy without a stored softmax with the engine's own and with plain loops.</summary>
public unsafe class CrossEntropyTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 7)]
    [InlineData(50, 16)]
    [InlineData(64, 96)]
    [InlineData(33, 1001)]
    public void It_equals_the_engines_own(int rows, int classes)
    {
        using var scope = NewDisposeScope();
        var (logits, targets) = Draw(rows, classes);
        var own = logits.clone().requires_grad_();
        var other = logits.clone().requires_grad_();
        var loss = Functional.CrossEntropy(own, targets);
        var expected = nn.functional.cross_entropy(other, targets);
        (3 * loss).backward();
        (3 * expected).backward();

        Assert.Equal(expected.ToSingle(), loss.ToSingle(), 2e-6 * Math.Max(1, expected.ToSingle()));
        Assert.InRange((own.grad! - other.grad!).abs().max().ToSingle(), 0, 3e-6 / rows);
        using var frozen = no_grad();
        Assert.Equal(loss.ToSingle(), Functional.CrossEntropy(own.view(rows, 1, classes), targets.view(rows, 1)).ToSingle());
    }

    [Theory]
    [InlineData(512)]
    [InlineData(256)]
    [InlineData(128)]
    [InlineData(32)]
    public void Every_vector_width_equals_plain_loops(int bits)
    {
        const int Rows = 5, Classes = 37;
        var random = new Random(1);
        var logits = Enumerable.Range(0, Rows * Classes).Select(_ => 20 * (random.NextSingle() - 0.5f)).ToArray();
        var targets = Enumerable.Range(0, Rows).Select(static row => (row * 11L) % Classes).ToArray();
        var (sums, gradient) = (new float[Rows], new float[Rows * Classes]);
        var kernels = CrossEntropyKernels.Of(bits);
        fixed (float* x = logits, s = sums, g = gradient)
        fixed (long* y = targets)
        {
            kernels.LogSumExp(x, s, Rows, Classes, 2);
            kernels.Gradient(x, s, y, -100, g, Rows, Classes, 0.5f, 2);
        }

        for (var row = 0; row < Rows; row++)
        {
            var own = logits.AsSpan(row * Classes, Classes).ToArray();
            var expected = Math.Log(own.Sum(static value => Math.Exp(value)));
            Assert.Equal(expected, sums[row], 2e-6 * Math.Abs(expected));
            for (var i = 0; i < Classes; i++)
            {
                Assert.Equal(
                    0.5 * (Math.Exp(own[i] - expected) - (i == targets[row] ? 1 : 0)), gradient[(row * Classes) + i], 2e-6);
            }
        }
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        const int Rows = 300, Classes = 500;
        var random = new Random(1);
        var logits = Enumerable.Range(0, Rows * Classes).Select(_ => random.NextSingle()).ToArray();
        var targets = new long[Rows];
        var results = new[] { 1, 2, 3 }.Select(threads =>
        {
            var (sums, gradient) = (new float[Rows], new float[Rows * Classes]);
            fixed (float* x = logits, s = sums, g = gradient)
            fixed (long* y = targets)
            {
                CrossEntropyKernels.Best.LogSumExp(x, s, Rows, Classes, threads);
                CrossEntropyKernels.Best.Gradient(x, s, y, -100, g, Rows, Classes, 1, threads);
            }

            return (Sums: sums, Gradient: gradient);
        }).ToArray();

        Assert.All(results, result => Assert.Equal(results[0].Sums, result.Sums));
        Assert.All(results, result => Assert.Equal(results[0].Gradient, result.Gradient));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void NaN_gives_NaN(float bad)
    {
        using var scope = NewDisposeScope();
        foreach (var place in (int[])[0, 17, 39])
        {
            var (logits, targets) = Draw(4, 40);
            logits[2, place] = tensor(bad);
            Assert.True(float.IsNaN(Functional.CrossEntropy(logits, targets).ToSingle()));
        }
    }

    [Fact]
    public void A_class_with_probability_0_does_not_contribute()
    {
        using var scope = NewDisposeScope();
        var (logits, targets) = Draw(4, 40);
        logits[TensorIndex.Ellipsis, 39] = tensor(float.NegativeInfinity);
        var own = logits.clone().requires_grad_();
        var loss = Functional.CrossEntropy(own, targets % 39);
        loss.backward();

        Assert.Equal(nn.functional.cross_entropy(logits, targets % 39).ToSingle(), loss.ToSingle(), 1e-5);
        Assert.InRange(own.grad![TensorIndex.Ellipsis, 39].abs().max().ToSingle(), 0, 1e-30f);
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        using var scope = NewDisposeScope();
        var (logits, targets) = Draw(4, 5);

        Assert.Equal(
            "target 7 at position 2 is not a class: it must be in [0, 5)",
            Assert.Throws<ArgumentException>(() => Functional.CrossEntropy(logits, tensor([0L, 1, 7, 2]))).Message);
        Assert.Equal(
            "logits of shape [4, 5] need an int64 target for each position but the last axis, and there are 3 of Int64",
            Assert.Throws<ArgumentException>(() => Functional.CrossEntropy(logits, targets[..3])).Message);
        Assert.EndsWith(
            "4 of Float32",
            Assert.Throws<ArgumentException>(() => Functional.CrossEntropy(logits, targets.to_type(ScalarType.Float32))).Message);
        var own = logits.requires_grad_();
        var loss = Functional.CrossEntropy(own, targets);
        using (no_grad())
        {
            own.add_(1);
        }

        Assert.Contains(
            "modified by an inplace operation",
            Assert.Throws<BackwardException>(() => loss.Backward()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Other_types_are_the_engines()
    {
        using var scope = NewDisposeScope();
        var (logits, targets) = Draw(4, 5);
        Assert.Equal(
            Functional.CrossEntropy(logits, targets).ToDouble(),
            Functional.CrossEntropy(logits.to_type(ScalarType.Float64), targets).ToDouble(), 1e-6);
    }

    public static IEnumerable<object[]> Types =>
        from type in (ScalarType[])[ScalarType.Float32, ScalarType.Float64, ScalarType.BFloat16, ScalarType.Float16]
        from ignored in (long[])[-100, -1, 2]
        select (object[])[type, ignored];

    [Theory]
    [MemberData(nameof(Types))]
    public void Positions_that_do_not_count_are_left_out_in_every_type(ScalarType type, long ignored)
    {
        using var scope = NewDisposeScope();
        var (logits, targets) = Draw(8, 5);
        targets[1] = ignored;
        targets[6] = ignored;
        var kept =
            tensor([.. Enumerable.Range(0, 8).Where(row => targets[row].ToInt64() != ignored).Select(static row => (long)row)]);
        logits = logits.to_type(type);
        logits[1] = type == ScalarType.Float64 ? 3 : double.NaN;
        var own = logits.clone().requires_grad_();
        var other = logits.to_type(ScalarType.Float64).index_select(0, kept).detach().requires_grad_();
        var expected = nn.functional.cross_entropy(other, targets.index_select(0, kept));
        expected.backward();

        // Test all rows at once, and windows of two rows.
        var loss = Functional.CrossEntropy(own.view(4, 2, 5), targets.view(4, 2), ignored);
        loss.backward();

        Assert.Equal(type == ScalarType.Float64 ? type : ScalarType.Float32, loss.dtype);
        Assert.Equal(expected.ToDouble(), loss.ToDouble(), 1e-6);
        Assert.Equal(type, own.grad!.dtype);
        var gradient = own.grad!.to_type(ScalarType.Float64);
        Assert.Equal(0, gradient[1].abs().max().ToDouble());
        Assert.Equal(0, gradient[6].abs().max().ToDouble());
        Assert.InRange(
            (gradient.index_select(0, kept) - other.grad!).abs().max().ToDouble(), 0, type == ScalarType.BFloat16 ? 2e-3 : 2e-4);
        using var frozen = no_grad();
        Assert.Equal(loss.ToDouble(), Functional.CrossEntropy(logits, targets, ignored).ToDouble(), 1e-6);
        if (ignored == -100)
        {
            Assert.Equal(loss.ToDouble(), Functional.CrossEntropy(logits, targets).ToDouble(), 1e-6);
        }
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void Without_counted_targets_loss_and_gradients_are_0(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var logits = Draw(3, 5).Logits.to_type(type).requires_grad_();
        var loss = Functional.CrossEntropy(logits, full(3, -100L));
        (2 * loss).backward();

        Assert.Equal(0, loss.ToDouble());
        Assert.Equal(0, logits.grad!.abs().max().ToDouble());
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void A_target_that_is_neither_a_class_nor_ignored_is_named_in_every_type(ScalarType type)
    {
        using var scope = NewDisposeScope();
        foreach (var graph in (bool[])[true, false])
        {
            var logits = Draw(4, 5).Logits.to_type(type).requires_grad_(graph);
            Assert.Equal(
                "target 5 at position 3 is not a class: it must be in [0, 5)",
                Assert.Throws<ArgumentException>(() => Functional.CrossEntropy(logits, tensor([0L, 1, -100, 5]))).Message);
            Assert.Equal(
                "target -1 at position 1 is not a class: it must be in [0, 5), or -100 to ignore the position",
                Assert.Throws<ArgumentException>(() => Functional.CrossEntropy(logits, tensor([0L, -1, -100, 5]))).Message);
            Assert.Equal(
                "target -100 at position 2 is not a class: it must be in [0, 5), or -1 to ignore the position",
                Assert.Throws<ArgumentException>(() => Functional.CrossEntropy(logits, tensor([0L, -1, -100, 5]), -1)).Message);
        }
    }

    [Fact]
    public void Targets_in_another_order_than_the_logits_are_refused()
    {
        using var scope = NewDisposeScope();
        var (logits, targets) = Draw(6, 5);
        var expected = Functional.CrossEntropy(logits, targets).ToSingle();

        Assert.Equal(
            "logits of shape [2, 3, 5] need targets of shape [2, 3], and these have shape [3, 2]",
            Assert.Throws<ArgumentException>(() => Functional.CrossEntropy(logits.view(2, 3, 5), targets.view(3, 2))).Message);
        Assert.Equal(expected, Functional.CrossEntropy(logits.view(2, 3, 5), targets.view(2, 3)).ToSingle());
        Assert.Equal(expected, Functional.CrossEntropy(logits.view(2, 3, 5), targets).ToSingle());
        Assert.Equal(expected, Functional.CrossEntropy(logits, targets.view(6, 1)).ToSingle());
        Assert.Equal(expected, Functional.CrossEntropy(logits, targets.view(2, 3)).ToSingle());
    }

    [Fact]
    public void Half_precision_over_many_rows_is_exact()
    {
        using var scope = NewDisposeScope();
        var targets = zeros(70_000, ScalarType.Int64);
        foreach (var type in (ScalarType[])[ScalarType.BFloat16, ScalarType.Float16])
        {
            Assert.Equal(Math.Log(3), Functional.CrossEntropy(zeros([70_000, 3], type), targets).ToDouble(), 1e-6);
        }
    }

    private static (Tensor Logits, Tensor Targets) Draw(int rows, int classes)
    {
        var random = new SeededRandom(1, $"{rows} {classes}");
        return (
            tensor([.. Enumerable.Range(0, rows * classes).Select(_ => 3 * (float)random.NextNormal())], [rows, classes]),
            tensor([.. Enumerable.Range(0, rows).Select(row => (row * 7L) % classes)]));
    }
}
