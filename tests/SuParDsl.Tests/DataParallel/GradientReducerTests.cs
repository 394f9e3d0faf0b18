using SuParDsl.Distributed;
using SuParDsl.Sparsity;
using SuParDsl.Tests.Models;
using static TorchSharp.torch;

namespace SuParDsl.Tests.DataParallel;

/// <summary>
/// Ranks that each process a shard of a batch have the gradients of a single process with the whole batch.
/// </summary>
public class GradientReducerTests
{
    private const int Rows = 6, Length = 8;

    /// <summary>
    /// The ways to transfer gradients: through host memory, or directly as on a GPU, with each transport.
    /// </summary>
    public enum Way
    {
        /// <summary>From and to host memory.</summary>
        Host,

        /// <summary>Packed by the engine and then transferred through host memory.</summary>
        Staged,

        /// <summary>By MPI, directly from the device's memory.</summary>
        Mpi,

        /// <summary>By NCCL.</summary>
        Nccl,
    }

    public static IEnumerable<object[]> Ways =>
        from way in Enum.GetValues<Way>()
        from storage in (Storage[])[Storage.Masked, Storage.Compressed]
        from overlap in (bool[])[true, false]
        select (object[])[overlap ? 2 : 3, storage, overlap, way];

    [Theory]
    [MemberData(nameof(Ways))]
    public void Shards_give_the_gradients_of_the_whole_batch(int count, Storage storage, bool overlap, Way way)
    {
        using var whole = SmallGpt(storage);
        Backward(whole, 0, Rows);
        var expected = Gradients(whole);

        var shares = ThreadRanks.Run(count, ranks =>
        {
            using var model = SmallGpt(storage);
            using var average = new GradientReducer(model, ranks, overlap, Sums(way, ranks));
            var early = 0;

            // The first step determines which marks are reached. Gradients are transferred early from the second step on.
            for (var step = 0; step < 2; step++)
            {
                Clear(model);
                average.Begin();
                var before = ranks.Blocking;
                Backward(model, ranks.Rank * Rows / count, (ranks.Rank + 1) * Rows / count);
                early = ranks.Begun + FakeGpu.Pending + ranks.Blocking - before;
                average.Finish();
            }

            return (Gradients: Gradients(model), Early: early);
        });

        Assert.All(shares, share =>
        {
            Assert.Equal(overlap && way != Way.Mpi, share.Early > 0);
            Assert.Equal(expected.Keys, share.Gradients.Keys);
            AssertClose(expected, share.Gradients, 1e-6);
            AssertClose(shares[0].Gradients, share.Gradients, 0);
        });
        Assert.Contains(expected["Blocks.0.Mlp.Down.weight"], static gradient => Math.Abs(gradient) > 1e-4);
    }

    [Theory]
    [InlineData(Way.Host)]
    [InlineData(Way.Staged)]
    public void Half_precision_is_transferred_in_single_precision(Way way)
    {
        var means = ThreadRanks.Run(3, ranks =>
        {
            using var scope = NewDisposeScope();
            using var model = SmallGpt(Storage.Masked);
            _ = model.to(ScalarType.BFloat16);
            using var average = new GradientReducer(model, ranks, overlap: false, Sums(way, ranks));
            average.Begin();
            foreach (var parameter in model.parameters())
            {
                parameter.grad = full_like(parameter, ranks.Rank == 0 ? 256 : 1);
            }

            average.Finish();
            return model.Tok.weight.grad!.amax().to_type(ScalarType.Float32).ToSingle();
        });

        // In bfloat16, 256 + 1 is 256.
        Assert.Equal([86f, 86f, 86f], means);
    }

    [Fact]
    public void Micro_batches_are_transferred_once_and_layers_that_run_twice_are_waited_for()
    {
        using var whole = new Shared(Shared.Base with { Width = 256 }, seed: 1);
        using var scope = NewDisposeScope();
        var x = linspace(-1, 1, 24).reshape(6, 4);
        whole.call(x).square().mean().backward();

        var shares = ThreadRanks.Run(2, ranks =>
        {
            using var model = new Shared(Shared.Base with { Width = 256 }, seed: 1);
            using var average = new GradientReducer(model, ranks);
            using var own = NewDisposeScope();
            var rows = x.chunk(2)[ranks.Rank].chunk(3);
            var early = 0;
            for (var step = 0; step < 2; step++)
            {
                Clear(model);
                for (var part = 0; part < 3; part++)
                {
                    if (part == 2)
                    {
                        average.Begin();
                    }

                    (model.call(rows[part]).square().mean() / 3).backward();
                }

                early = ranks.Begun;
                average.Finish();
            }

            return (Gradients: Gradients(model), Early: early);
        });

        Assert.All(shares, share =>
        {
            Assert.InRange(share.Early, 1, 1);
            AssertClose(Gradients(whole), share.Gradients, 1e-6);
        });
    }

    [Fact]
    public void Masked_gradients_are_not_transferred()
    {
        var bytes = ThreadRanks.Run(1, static ranks =>
        {
            using var model = SmallGpt(Storage.Masked, density: 1 / 64.0);
            using var average = new GradientReducer(model, ranks);
            var sparse = model.Tensors.Where(static tensor => tensor.IsSparse).ToArray();
            var dense = average.DenseBytesPerStep - (4 * sparse.Sum(static tensor => tensor.Count));

            // A flag is sent with each tensor, which says whether it has a gradient.
            Assert.Equal(
                4 * (sparse.Sum(tensor => model.Masks[tensor.Name].Kept) + model.Tensors.Length), average.BytesPerStep - dense);
            return (Sent: average.BytesPerStep - dense, Whole: average.DenseBytesPerStep - dense);
        })[0];

        Assert.True(bytes.Sent > 0);
        Assert.True(30 * bytes.Sent <= bytes.Whole, $"{bytes}");
    }

    [Theory]
    [InlineData(Way.Host)]
    [InlineData(Way.Staged)]
    public void Other_masks_and_storages_are_followed(Way way)
    {
        var shares = ThreadRanks.Run(2, ranks =>
        {
            using var model = SmallGpt(Storage.Masked);
            using var average = new GradientReducer(model, ranks, overlap: true, Sums(way, ranks));
            var before = average.BytesPerStep;
            model.SetMasks(model.Masks.ToDictionary(static mask => mask.Key, static mask => EveryThird(mask.Value)));
            model.UseStorage(Storage.Compressed);
            average.Begin();
            Backward(model, ranks.Rank * Rows / 2, (ranks.Rank + 1) * Rows / 2);
            average.Finish();
            Assert.NotEqual(before, average.BytesPerStep);
            return Gradients(model);
        });

        AssertClose(shares[0], shares[1], 0);
    }

    [Theory]
    [InlineData(true, Way.Host)]
    [InlineData(false, Way.Host)]
    [InlineData(true, Way.Nccl)]
    public void A_layer_that_only_some_ranks_have_reached_gets_the_whole_batchs_gradient_on_all(bool overlap, Way way)
    {
        var shares = ThreadRanks.Run(2, ranks =>
        {
            using var scope = NewDisposeScope();
            using var model = SmallGpt(Storage.Masked);
            using var average = new GradientReducer(model, ranks, overlap, Sums(way, ranks));
            for (var step = 0; step < 3; step++)
            {
                foreach (var parameter in model.parameters())
                {
                    parameter.grad = null;
                }

                average.Begin();
                if (ranks.Rank == step % 2)
                {
                    Backward(model, 0, Rows);
                }
                else
                {
                    model.Tok.weight.sum().backward();
                }

                average.Finish();
            }

            return Gradients(model);
        });

        using var alone = SmallGpt(Storage.Masked);
        Backward(alone, 0, Rows);
        AssertClose(shares[0], shares[1], 0);
        Assert.All(Gradients(alone)["Blocks.1.Mlp.Up.weight"].Zip(shares[0]["Blocks.1.Mlp.Up.weight"]), static pair =>
            Assert.Equal(pair.First / 2, pair.Second, 1e-7));
    }

    [Fact]
    public void A_rank_that_throws_does_not_keep_the_others_waiting() =>
        Assert.Throws<NotFiniteNumberException>(() => ThreadRanks.Run(
            3, static ranks => ranks.Rank == 1 ? throw new NotFiniteNumberException() : ranks.Sum(1)[0]));

    [Theory]
    [InlineData(Way.Host)]
    [InlineData(Way.Nccl)]
    public void A_tensor_that_is_used_beside_its_layer_is_an_error_with_its_name(Way way)
    {
        var messages = ThreadRanks.Run(2, ranks =>
        {
            using var scope = NewDisposeScope();
            using var model = SmallGpt(Storage.Masked);
            using var average = new GradientReducer(model, ranks, overlap: true, Sums(way, ranks));
            average.Begin();
            Loss(model, 0, Rows).backward();
            average.Finish();
            average.Begin();
            var penalty = model.Blocks[1].Mlp.Down.weight.square().sum();
            (Loss(model, 0, Rows) + penalty).backward();
            return Assert.Throws<InvalidOperationException>(average.Finish).Message;
        });

        Assert.All(messages, static message => Assert.StartsWith(
            "the gradient of Blocks.1.Mlp.Down.weight changed after its layer's backward pass", message));
    }

    [Fact]
    public void An_exchange_that_fails_during_the_backward_pass_is_thrown_by_finish()
    {
        using var scope = NewDisposeScope();
        using var model = SmallGpt(Storage.Masked);
        using var sums = new FailingSums();
        using var average = new GradientReducer(model, ProcessGroup.Single, overlap: true, sums);
        average.Begin();
        Backward(model, 0, Rows);
        average.Finish();
        Clear(model);
        average.Begin();
        sums.Fails = true;
        Backward(model, 0, Rows);
        var before = Gradients(model);
        sums.Fails = false;

        Assert.Equal("the network is down", Assert.Throws<ProcessGroupException>(average.Finish).Message);
        Assert.Equal(before, Gradients(model));

        Clear(model);
        average.Begin();
        Backward(model, 0, Rows);
        average.Finish();
        AssertClose(before, Gradients(model), 0);
    }

    [Fact]
    public void A_backward_pass_that_failed_sends_nothing_more()
    {
        using var scope = NewDisposeScope();
        using var model = SmallGpt(Storage.Compressed);
        using var average = new GradientReducer(model, ProcessGroup.Single);
        average.Begin();
        var loss = Loss(model, 0, Rows);
        using (no_grad())
        {
            model.Blocks[1].Mlp.Down.weight.mul_(2);
        }

        loss.backward();
        Assert.Throws<BackwardException>(average.Finish);
    }

    [Fact]
    public void A_step_that_is_left_in_the_middle_ends_the_other_ranks()
    {
        var left = ThreadRanks.Run(2, static ranks =>
        {
            using var scope = NewDisposeScope();
            using var model = SmallGpt(Storage.Masked);
            var average = new GradientReducer(model, ranks, overlap: true, FakeGpu.Sums(ranks));
            average.Begin();
            Backward(model, 0, Rows);
            average.Finish();
            average.Begin();
            Backward(model, 0, Rows);
            average.Dispose();
            return (FakeGpu.HasLeft, ranks.MustAbort);
        });

        // Leaving NCCL is a collective call. A rank that left would wait for the others, and they for its sums.
        Assert.All(left, static rank => Assert.Equal((false, true), rank));
    }

    [Fact]
    public void NCCL_s_own_message_is_reported_if_it_refuses()
    {
        var messages = ThreadRanks.Run(2, static ranks =>
        {
            using var scope = NewDisposeScope();
            using var model = SmallGpt(Storage.Masked);
            using var average = new GradientReducer(model, ranks, overlap: false, FakeGpu.Sums(ranks));
            average.Begin();
            Backward(model, 0, Rows);
            FakeGpu.FailsNext = true;
            return Assert.Throws<ProcessGroupException>(average.Finish).Message;
        });

        Assert.All(messages, static message => Assert.Equal(
            "ncclAllReduce failed: fake error 5 (set NCCL_DEBUG=WARN for details)", message));
    }

    [Fact]
    public void An_unavailable_transport_is_refused_with_the_reason()
    {
        using var model = SmallGpt(Storage.Masked);
        Assert.Equal(
            "gradients cannot be transferred by NCCL: the model is on the CPU, not on a GPU",
            Assert.Throws<ProcessGroupException>(() =>
                new GradientReducer(model, ProcessGroup.Single, transport: Transport.Nccl)).Message);
        Assert.Null(NcclSums.Obstacle(["0A", "0B"]));
        Assert.Equal("ranks 0 and 2 share a GPU, but NCCL needs one per rank", NcclSums.Obstacle(["0A", "0B", "0A"]));
    }

    [Fact]
    public void A_rank_that_has_no_NCCL_or_cannot_use_it_is_named_on_all()
    {
        Assert.Equal(
            "gradients cannot be transferred by NCCL: on rank 0, NCCL (libnccl.so.2, libnccl.so, libtorch_cuda.so) was not found",
            Assert.Throws<ProcessGroupException>(static () =>
                NcclSums.TryJoin(null, null, ProcessGroup.Single, 0, isRequired: true)).Message);
        Assert.All(
            ThreadRanks.Run(2, static ranks =>
            {
                FakeGpu.HasNoNetwork = ranks.Rank == 0;
                return Assert.Throws<ProcessGroupException>(() => FakeGpu.Sums(ranks)).Message;
            }),
            static message => Assert.Equal(
                "gradients cannot be transferred by NCCL: on rank 0, ncclGetUniqueId failed: fake error 2 "
                + "(set NCCL_DEBUG=WARN for details)",
                message));
    }

    private static GradientSums Sums(Way way, ThreadRanks ranks) => way switch
    {
        Way.Host => new HostSums(ranks, onDevice: false),
        Way.Staged => new HostSums(ranks, onDevice: true),
        Way.Mpi => new MpiSums(ranks, CPU),
        Way.Nccl => FakeGpu.Sums(ranks),
        _ => throw new ArgumentOutOfRangeException(nameof(way)),
    };

    private static Gpt SmallGpt(Storage storage, double density = 0.25)
    {
        var model = new Gpt(
            Gpt.Base with
            {
                Width = 128, Layers = 2, Vocab = 13, Context = Length, HeadDim = 32, Attn = density, Mlp = density, Sigma = 0.1,
            }, seed: 1);
        model.UseStorage(storage);
        return model;
    }

    [Theory]
    [InlineData(Way.Host)]
    [InlineData(Way.Staged)]
    [InlineData(Way.Nccl)]
    public void A_tensor_frozen_on_all_ranks_gets_no_gradient_and_one_frozen_on_some_is_an_error_on_all(Way way)
    {
        var results = ThreadRanks.Run(3, ranks =>
        {
            using var scope = NewDisposeScope();
            using var model = SmallGpt(Storage.Masked);
            using var average = new GradientReducer(model, ranks, overlap: true, Sums(way, ranks));
            var name = "";
            for (var step = 0; step < 2; step++)
            {
                average.Begin();
                Backward(model, 0, Rows);

                // An earlier pass has left a gradient on one rank, as between micro-batches.
                model.Final.weight.grad = ranks.Rank == 0 ? ones_like(model.Final.weight) : null;
                model.Final.weight.requires_grad = false;
                average.Finish();
                name = ranks.Rank == 0 ? $"{model.Final.weight.grad!.sum().ToDouble()}" : $"{model.Final.weight.grad is null}";
                model.Final.weight.grad = null;
            }

            average.Begin();
            Backward(model, 0, Rows);
            model.Final.weight.requires_grad = ranks.Rank == 1;
            var before = Gradients(model, model.Tok.weight);
            var error = Assert.Throws<InvalidOperationException>(average.Finish).Message;
            Assert.Equal(before, Gradients(model, model.Tok.weight));
            return (Left: name, Error: error);
        });

        Assert.Equal(["128", "True", "True"], results.Select(static result => result.Left));
        Assert.All(results, static result => Assert.Equal(
            "Final.weight is frozen (requires_grad is false) on 2 of 3 ranks: freeze it on all of them in the same step",
            result.Error));

        static float[] Gradients(Model model, Tensor weight) => [.. weight.grad!.reshape(-1).data<float>()];
    }

    [Fact]
    public void A_model_that_was_moved_since_is_named()
    {
        using var model = SmallGpt(Storage.Masked);
        using var average = new GradientReducer(model, ProcessGroup.Single, overlap: false);
        _ = model.to(ScalarType.Float64);

        Assert.Contains(
            "Tok.weight of this Gpt was replaced after its GradientReducer was created",
            Assert.Throws<InvalidOperationException>(average.Begin).Message, StringComparison.Ordinal);
    }

    private static WeightMask EveryThird(WeightMask mask) =>
        WeightMask.FromBytes(
            mask.Shape, [.. Enumerable.Range(0, (int)mask.Count).Select(static i => (byte)(i % 3 == 0 ? 1 : 0))]);

    private static Dictionary<string, float[]> Gradients(Model model)
    {
        using var scope = NewDisposeScope();
        return model.ParametersByName().ToDictionary(static p => p.Key, p =>
        {
            var gradient = p.Value.grad!;
            return (model.Masks.TryGetValue(p.Key, out var mask) && gradient.dim() > 1
                ? gradient * mask.ToTensor(ScalarType.Float32, CPU)
                : gradient)
                .reshape(-1).data<float>().ToArray();
        });
    }

    private static void AssertClose(
        Dictionary<string, float[]> expected, Dictionary<string, float[]> actual, double tolerance) => Assert.All(
        expected,
        entry => Assert.InRange(entry.Value.Zip(actual[entry.Key], static (a, b) => Math.Abs(a - b)).Max(), 0, tolerance));

    private sealed class FailingSums : GradientSums
    {
        public bool Fails { get; set; }

        public override Transport Transport => Transport.Host;

        public override bool OnDevice => false;

        public override bool IsBusy => false;

        public override void Start(Tensor buffer)
        {
            if (Fails)
            {
                throw new ProcessGroupException("the network is down");
            }
        }

        public override void Progress()
        {
        }

        public override void Wait()
        {
        }
    }

    private static void Clear(Model model)
    {
        using var scope = NewDisposeScope();
        foreach (var parameter in model.parameters())
        {
            parameter.grad?.zero_();
        }
    }

    private static void Backward(Gpt model, int first, int end)
    {
        using var scope = NewDisposeScope();
        Loss(model, first, end).backward();
    }

    private static Tensor Loss(Gpt model, int first, int end)
    {
        long[] ids = [.. Enumerable.Range(first * Length, (end - first) * Length)
            .Select(static i => (i * 7L + (i * i) % 5) % 13)];
        var inputs = tensor(ids, [end - first, Length]);
        return nn.functional.cross_entropy(model.call(inputs).flatten(0, 1), inputs.roll(-1, 1).flatten());
    }
}
