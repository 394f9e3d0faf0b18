using System.Collections.Immutable;
using SuParDsl.Checkpoints;
using SuParDsl.Distributed;
using SuParDsl.Tests.DataParallel;
using SuParDsl.Tests.Storages;
using static SuParDsl.Tests.DataParallel.ShardedWork;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Checkpoints;

/// <summary>A checkpoint does not depend on ranks: those of sharded optimizers equal those of unsharded ones.</summary>
[Collection(ExclusiveCollection.Name)]
public sealed class ShardedCheckpointTests : IDisposable
{
    private const int Steps = 3;

    private static readonly TrainingPosition Position = new(Steps, null, ImmutableDictionary<string, string>.Empty);

    private readonly string folder = Directory.CreateTempSubdirectory("supardsl-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("AdamW", Storage.Masked, true)]
    [InlineData("AdamW", Storage.Masked, false)]
    [InlineData("AdamW", Storage.Compressed, true)]
    [InlineData("Momentum", Storage.Compressed, false)]
    [InlineData("Lion", Storage.Masked, true)]
    [InlineData("Muon", Storage.Compressed, true)]
    public void Sharded_and_whole_runs_write_the_same_files_and_read_each_others(string name, Storage storage, bool fused)
    {
        // The files that a run on a number of ranks writes, and the losses that follow.
        Run(0, name, storage, fused, from: null, to: "whole");
        Run(2, name, storage, fused, from: null, to: "two");
        AssertSameFiles("whole", "two");

        Run(0, name, storage, fused, from: "two", to: "two, whole");
        Run(3, name, storage, fused, from: "two", to: "two, three");
        Run(0, name, storage, fused, from: "whole", to: "whole, whole");
        Run(2, name, storage, fused, from: "whole", to: "whole, two");
        foreach (var later in (string[])["two, whole", "two, three", "whole, two"])
        {
            AssertSameFiles("whole, whole", later);
        }
    }

    [Fact]
    public void Half_precision_has_float32_copies_and_a_loss_scale()
    {
        Run(0, "Half", Storage.Masked, fused: true, from: null, to: "whole");
        Run(3, "Half", Storage.Masked, fused: true, from: null, to: "three");
        AssertSameFiles("whole", "three");
        Run(0, "Half", Storage.Masked, fused: true, from: "three", to: "later whole");
        Run(2, "Half", Storage.Masked, fused: true, from: "whole", to: "later two");
        AssertSameFiles("later whole", "later two");
    }

    [Fact]
    public void Before_the_first_step_there_may_be_no_moments()
    {
        Run(0, "Momentum", Storage.Masked, fused: false, from: null, to: "whole", steps: 0);
        Run(2, "Momentum", Storage.Masked, fused: false, from: null, to: "two", steps: 0);
        AssertSameFiles("whole", "two");
        Run(2, "Momentum", Storage.Masked, fused: false, from: "whole", to: "later");
    }

    [Fact]
    public void Rank_0_decides_for_all_whether_a_step_has_a_checkpoint()
    {
        var steps = ThreadRanks.Run(2, ranks =>
        {
            // It is enough if only rank 0 has the disk.
            var series = new CheckpointSeries(Path.Combine(folder, $"rank {ranks.Rank}"), keep: 1);
            using var model = Model(Storage.Masked);
            using var optimizer = Make("AdamW", model, fused: true);
            optimizer.ShardOver(ranks);
            foreach (var step in (int[])[1, 1, 2])
            {
                series.Save(model, optimizer, Position with { Step = step });
            }

            return series.Steps;
        });

        Assert.Equal([2], steps[0]);
        Assert.Empty(steps[1]);
    }

    [Fact]
    public void A_file_with_something_else_is_refused_on_every_rank()
    {
        using var other = new HandMadeMlp(20, 0.3, bias: false);
        using var its = Make("AdamW", other, fused: true);
        OptimizerCheckpoint.Save(its, Path.Combine(folder, "other"));

        Assert.All(
            ThreadRanks.Run(2, ranks =>
            {
                using var model = Model(Storage.Masked);
                using var optimizer = Make("AdamW", model, fused: true);
                optimizer.ShardOver(ranks);
                using var unlike = new HandMadeMlp(20, 1, bias: false);
                using var small = Make("AdamW", unlike, fused: true);
                small.ShardOver(ranks);
                OptimizerCheckpoint.Save(optimizer, Path.Combine(folder, "biased"));
                _ = ranks.Sum(0);
                return (
                    Assert.Throws<CheckpointException>(
                        () => OptimizerCheckpoint.Load(optimizer, Path.Combine(folder, "other"))).Message,
                    Assert.Throws<CheckpointException>(
                        () => OptimizerCheckpoint.Load(small, Path.Combine(folder, "biased"))).Message);
            }),
            static messages =>
            {
                Assert.Contains("bias'", messages.Item1);
                Assert.Contains("bias', which this optimizer does not have", messages.Item2);
            });
    }

    // With 0 ranks, the optimizer is not sharded. Gradients are the same on all ranks, like after averaging.
    private void Run(int count, string name, Storage storage, bool fused, string? from, string to, int steps = Steps)
    {
        manual_seed(7);
        if (count == 0)
        {
            Work(null);
        }
        else
        {
            ThreadRanks.Run(count, Work);
        }

        bool Work(ProcessGroup? ranks)
        {
            using var scope = NewDisposeScope();
            using var model = Model(storage);
            if (name == "Half")
            {
                _ = model.to(ScalarType.BFloat16);
            }

            using var optimizer = Make(name, model, fused);
            if (ranks is not null)
            {
                optimizer.ShardOver(ranks);
            }

            if (from is not null)
            {
                TrainingCheckpoint.Load(Path.Combine(folder, from), model, optimizer);
            }

            Train(model, optimizer, steps, double.PositiveInfinity, optimizer.LossScale?.Value ?? 1);

            TrainingCheckpoint.Save(Path.Combine(folder, to), model, optimizer, Position);
            return true;
        }
    }

    private void AssertSameFiles(string expected, string actual)
    {
        var names = Directory.GetFiles(Path.Combine(folder, expected)).Select(Path.GetFileName).Order().ToArray();
        Assert.Equal(4, names.Length);
        Assert.Equal(names, Directory.GetFiles(Path.Combine(folder, actual)).Select(Path.GetFileName).Order());
        Assert.All(names, name => Assert.Equal(
            File.ReadAllBytes(Path.Combine(folder, expected, name!)), File.ReadAllBytes(Path.Combine(folder, actual, name!))));
    }
}
