using SuParDsl.Kernels;
using SuParDsl.Tests.Storages;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Optimizers;

/// <summary>Compares the fused optimizers with the engine's own.</summary>
public unsafe class FusedUpdatesTests
{
    public static TheoryData<string> Names => ["AdamW", "Adam", "Sgd", "Momentum", "Dampened", "Nesterov", "Lion"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Fused_equals_stock_after_fifty_steps(string name)
    {
        using var scope = NewDisposeScope();
        using var first = Model();
        using var second = Model();
        using var stock = Make(name, first, fused: false);
        using var fused = Make(name, second, fused: true);
        Assert.False(stock.IsFused);
        Assert.True(fused.IsFused);
        var random = new Random(4);

        for (var step = 0; step < 50; step++)
        {
            // Use the same gradients for both, because the losses would amplify a difference.
            foreach (var (p, q) in first.parameters().Zip(second.parameters()))
            {
                float[] numbers = [.. Enumerable.Range(0, (int)p.numel()).Select(_ => (float)((2 * random.NextDouble()) - 1))];
                p.grad = tensor(numbers, p.shape);
                q.grad = tensor(numbers, p.shape);
            }

            foreach (var optimizer in (MuOptimizer[])[stock, fused])
            {
                optimizer.Lr = 0.001 * (1 + (step % 3));
                optimizer.ClipGradNorm(5);
                optimizer.step();
            }
        }

        foreach (var ((parameterName, expected), (_, actual)) in first.named_parameters().Zip(second.named_parameters()))
        {
            Assert.True((expected - actual).abs().max().ToDouble() <= 1e-6, parameterName);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_vector_width_equals_one_float_at_a_time(string name)
    {
        var random = new Random(5);
        foreach (var count in (int[])[1, 15, 16, 64, 133])
        {
            var mask = new ulong[(count + 63) / 64];
            random.NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(mask.AsSpan()));
            mask[0] &= ~0xFFFFUL;
            foreach (var masked in (bool[])[false, true])
            {
                var start = Enumerable.Range(0, 4 * count).Select(i => (float)random.NextDouble() - (i < 2 * count ? 0.5f : 0))
                    .ToArray();
                var expected = Sweep(name, 32, start, masked ? mask : null);
                foreach (var bits in (int[])[128, 256, 512])
                {
                    var actual = Sweep(name, bits, start, masked ? mask : null);
                    Assert.All(
                        expected.Zip(actual),
                        static pair => Assert.Equal(pair.First, pair.Second, 1e-6 * (1 + Math.Abs(pair.First))));
                }
            }
        }
    }

    [Fact]
    public void One_call_clips_steps_and_clears()
    {
        using var scope = NewDisposeScope();
        using var first = Model();
        using var second = Model();
        using var separate = first.AdamW(lr: 0.01, weightDecay: 0.1);
        using var together = second.AdamW(lr: 0.01, weightDecay: 0.1);
        var (x, y) = HandMadeMlp.Batch(40);
        for (var step = 0; step < 5; step++)
        {
            nn.functional.cross_entropy(first.call(x), y).backward();
            nn.functional.cross_entropy(second.call(x), y).backward();
            var expected = separate.ClipGradNorm(0.1);
            separate.step();
            separate.zero_grad();

            var norm = together.step(maxNorm: 0.1);

            Assert.Equal(expected, norm, 1e-6);
            Assert.All(second.parameters(), static p => Assert.Null(p.grad));
        }

        Assert.All(
            first.parameters().Zip(second.parameters()),
            static pair => Assert.True((pair.First - pair.Second).abs().max().ToDouble() <= 1e-6));
        Assert.Throws<ArgumentOutOfRangeException>(() => together.step(maxNorm: 0));
    }

    [Fact]
    public void The_number_of_threads_does_not_change_a_bit()
    {
        var before = get_num_threads();
        try
        {
            float[] Run(int threads)
            {
                set_num_threads(threads);
                using var scope = NewDisposeScope();
                using var model = new HandMadeMlp(128, 0.1);
                model.UseStorage(Storage.Compressed);
                using var optimizer = model.AdamW(lr: 0.01);
                var random = new Random(6);
                for (var step = 0; step < 3; step++)
                {
                    foreach (var parameter in model.parameters())
                    {
                        parameter.grad = tensor(
                            [.. Enumerable.Range(0, (int)parameter.numel()).Select(_ => (float)random.NextDouble())],
                            parameter.shape);
                    }

                    optimizer.step(maxNorm: 1);
                }

                return [.. model.Numbers().Values.SelectMany(static n => n)];
            }

            Assert.Equal(Run(1), Run(2));
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [Fact]
    public void A_tensor_without_gradient_stays()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        using var optimizer = model.AdamW(lr: 0.01, weightDecay: 0.1);
        var before = model.Numbers();
        model.Up.weight.grad = ones(model.Up.weight.shape);

        optimizer.step();

        var after = model.Numbers();
        Assert.Equal(before.Keys.Where(name => !before[name].SequenceEqual(after[name])), ["Up.weight"]);
    }

    [Fact]
    public void A_gradient_of_another_layout_counts_the_same()
    {
        using var scope = NewDisposeScope();
        using var first = Model();
        using var second = Model();
        using var one = first.Sgd(lr: 0.01);
        using var two = second.Sgd(lr: 0.01);
        var gradient = arange(first.Up.weight.numel(), ScalarType.Float32).view(first.Up.weight.shape);
        first.Up.weight.grad = gradient;
        second.Up.weight.grad = gradient.t().contiguous().t();

        one.step();
        two.step();

        Assert.Equal(first.Numbers()["Up.weight"], second.Numbers()["Up.weight"]);
    }

    [Fact]
    public void Other_types_fall_back_to_the_stock_optimizers()
    {
        using var model = Model();
        model.to(ScalarType.Float64);
        using var optimizer = model.AdamW(lr: 0.01);

        Assert.False(optimizer.IsFused);
    }

    private static HandMadeMlp Model()
    {
        var model = new HandMadeMlp(20, 0.3);
        model.UseStorage(Storage.Masked);
        return model;
    }

    private static MuOptimizer Make(string name, Model model, bool fused) => name switch
    {
        "AdamW" => model.AdamW(lr: 0.01, weightDecay: 0.1, fused: fused),
#pragma warning disable SUP326 // how Adam decays is what is tested
        "Adam" => model.Adam(lr: 0.01, weightDecay: 0.1, fused: fused),
#pragma warning restore SUP326
        "Sgd" => model.Sgd(lr: 0.01, weightDecay: 0.1, fused: fused),
        "Momentum" => model.Sgd(lr: 0.01, momentum: 0.9, weightDecay: 0.1, fused: fused),
        "Dampened" => model.Sgd(lr: 0.01, momentum: 0.9, dampening: 0.1, weightDecay: 0.1, fused: fused),
        "Nesterov" => model.Sgd(lr: 0.01, momentum: 0.9, weightDecay: 0.1, nesterov: true, fused: fused),
        "Lion" => model.Lion(lr: 0.01, weightDecay: 0.1, fused: fused),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    // Weights, gradients and two moments, in this order.
    private static float[] Sweep(string name, int bits, float[] start, ulong[]? mask)
    {
        var numbers = GC.AllocateUninitializedArray<float>(start.Length, pinned: true);
        start.CopyTo(numbers, 0);
        var count = start.Length / 4;
        var c = new UpdateConstants
        {
            GradientScale = 0.5f, Decay = 0.9f, Rate = 0.1f, Beta1 = 0.8f, Gain1 = 0.2f, Beta2 = 0.7f, Gain2 = 0.3f,
            Correction = 1.5f, Epsilon = 1e-3f,
        };
        fixed (float* p = numbers)
        fixed (ulong* words = mask)
        {
            var run = new UpdateRun(p, p + count, p + (2 * count), p + (3 * count), words, count);
            var kernels = UpdateKernels.Of(bits);
            var sum = (float)kernels.SumOfSquares(run, zeroMasked: false);
            switch (name)
            {
                case "AdamW": kernels.Update<AdamWRule>(c, run); break;
                case "Adam": kernels.Update<AdamRule>(c, run); break;
                case "Sgd": kernels.Update<SgdRule>(c, run); break;
                case "Nesterov": kernels.Update<NesterovRule>(c, run); break;
                case "Lion": kernels.Update<LionRule>(c, run); break;
                default: kernels.Update<MomentumRule>(c, run); break;
            }

            // Vectors of masked weights only are skipped. In use they are zero, but not here.
            return [
                sum,
                .. Enumerable.Range(0, numbers.Length).Select(i => mask is null || IsKept(mask, i % count) ? numbers[i] : 0),
            ];
        }
    }

    private static bool IsKept(ulong[] mask, int i) => (mask[i / 64] >> (i % 64) & 1) != 0;
}
