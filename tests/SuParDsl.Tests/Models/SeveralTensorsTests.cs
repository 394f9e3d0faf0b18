// One test reads and writes TorchSharp's own files.
#pragma warning disable SUP506

using System.Collections.Immutable;
using SuParDsl.Checkpoints;
using SuParDsl.Checks;
using SuParDsl.Sparsity;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Models;

/// <summary>What is done with every model works with models of several tensors: training, saving, checking, pruning.</summary>
public sealed class SeveralTensorsTests : IDisposable
{
    private const int Rows = 32;

    private static readonly TwoTower.Size Small = TwoTower.Base with { Width = 32, Density = 0.25, Sigma = 0.3 };

    private readonly string folder = Directory.CreateTempSubdirectory("supardsl-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void They_are_modules_of_TorchSharp_with_as_many_inputs()
    {
        using var two = new TwoTower(Small);
        using var tuple = new Siamese(Siamese.Base);
        using var one = new TwoHeads(TwoHeads.Base);
        using var three = new ThreeByHand(ThreeByHand.Base);
        using var four = new FourWays(FourWays.Base);

        Assert.IsAssignableFrom<nn.Module<Tensor, Tensor, Tensor>>(two);
        Assert.IsAssignableFrom<nn.Module<Tensor, Tensor, (Tensor, Tensor)>>(tuple);
        Assert.IsAssignableFrom<nn.Module<Tensor, (Tensor, Tensor)>>(one);
        Assert.IsAssignableFrom<nn.Module<Tensor, Tensor, Tensor, Tensor>>(three);
        Assert.IsAssignableFrom<nn.Module<Tensor, Tensor, Tensor, Tensor, Tensor>>(four);
        Assert.Equal<string>(["ids", "items"], ((IModel)two).InputNames);
        Assert.Equal<string>(["first", "second"], ((IModel)tuple).InputNames);
        Assert.Equal<string>(["x"], ((IModel)one).InputNames);
        Assert.Equal<string>(["first", "second", "third"], ((IModel)three).InputNames);
        Assert.Equal<string>(["a", "b", "c", "d"], ((IModel)four).InputNames);
    }

    [Fact]
    public void Code_that_does_not_know_the_number_of_tensors_calls_them()
    {
        using var scope = NewDisposeScope();
        using var tower = new TwoTower(Small);
        using var siamese = new Siamese(Siamese.Base);
        using var mlp = new Mlp(32, input: 6, classes: 2);
        var (ids, items, _) = Batch(0);

        ForwardTests.AssertClose(tower.call(ids, items), Assert.Single(((IModel)tower).Call([ids, items])));
        ForwardTests.AssertClose(mlp.call(items), Assert.Single(((IModel)mlp).Call([items])));
        var (first, second) = siamese.call(items, items + 1);
        Assert.All(
            ((IModel)siamese).Call([items, items + 1]).Zip([first, second]),
            static pair => ForwardTests.AssertClose(pair.Second, pair.First));

        Assert.Equal(
            "TwoTower takes 2 tensors (ids, items), not 1",
            Assert.Throws<ArgumentException>(() => ((IModel)tower).Call([ids])).Message);
        Assert.Equal(
            "Mlp takes 1 tensor (input), not 2",
            Assert.Throws<ArgumentException>(() => ((IModel)mlp).Call([ids, items])).Message);
    }

    [Fact]
    public void An_axis_with_one_name_must_be_the_same_in_both_tensors()
    {
        using var scope = NewDisposeScope();
        using var tower = new TwoTower(Small);

        Assert.Equal(
            "axis B of TwoTower must be the same in ids and items: it is axis 0 of shape [1] and axis 0 of shape [3, 6]",
            Assert.Throws<SizeException>(() => tower.call(zeros(1, int64), ForwardTests.Input(3, 6))).Message);
        Assert.Equal(
            "axis B of TwoTower must be the same in ids and items: it is axis 0 of shape [] and axis 0 of shape [1, 6]",
            Assert.Throws<SizeException>(() => tower.call(tensor(1L), ForwardTests.Input(1, 6))).Message);
    }

    [Fact]
    public void An_axis_that_the_flow_combines_must_be_the_same_in_both_tensors()
    {
        using var scope = NewDisposeScope();
        using var streams = new AddedIds(AddedIds.Base);
        using var reader = new Retriever(Retriever.Base);

        Assert.Equal([2, 5, 1], streams.call(zeros(2, 5, int64), zeros(2, 5, int64)).shape);
        Assert.Equal(
            "axis T of AddedIds must be the same in ids and kinds: it is axis 1 of shape [2, 5] and axis 1 of shape [2, 1]",
            Assert.Throws<SizeException>(() => streams.call(zeros(2, 5, int64), zeros(2, 1, int64))).Message);
        Assert.Equal([2, 3, 1], reader.call(zeros(2, 3, 6), zeros(2, 5, 6), zeros(2, 5, 6)).shape);
        Assert.Equal(
            "an axis of Retriever must be the same in keys and values: "
                + "it is axis -2 of shape [2, 5, 6] and axis -2 of shape [2, 1, 6]",
            Assert.Throws<SizeException>(() => reader.call(zeros(2, 3, 6), zeros(2, 5, 6), zeros(2, 1, 6))).Message);
    }

    [Theory]
    [InlineData(Storage.Masked)]
    [InlineData(Storage.Compressed)]
    public void Two_towers_learn(Storage storage)
    {
        using var scope = NewDisposeScope();
        using var model = new TwoTower(Small, seed: 1);
        model.UseStorage(storage);
        using var optimizer = model.AdamW(lr: 0.01);

        var losses = Train(model, optimizer, steps: 60);

        Assert.True(losses[^1] < 0.6 * losses[0], $"from {losses[0]} to {losses[^1]}");
        var mask = model.Masks["Left.Up.weight"];
        Assert.All(model.GetWeights("Left.Up.weight").Index().Where(weight => !mask[weight.Index]), static weight =>
            Assert.Equal(0, weight.Item));
    }

    [Fact]
    public void An_encoder_decoder_learns_to_copy()
    {
        using var scope = NewDisposeScope();
        using var model = new Translator(Translator.Base with { Width = 32, Layers = 1, Vocab = 6, Sigma = 0.2 }, seed: 1);
        using var optimizer = model.AdamW(lr: 0.02);
        List<double> losses = [];
        for (var step = 0; step < 60; step++)
        {
            using var inner = NewDisposeScope();
            var random = new SeededRandom(step, "words");
            var words = tensor([.. Enumerable.Range(0, 64).Select(_ => 1 + (long)(5 * random.NextDouble()))], [16, 4]);
            var before = cat([zeros(16, 1, int64), words.slice(1, 0, 3, 1)], 1);
            var loss = Functional.CrossEntropy(model.call(words, before), words);
            loss.Backward();
            optimizer.step();
            optimizer.zero_grad();
            losses.Add(loss.ToDouble());
        }

        Assert.True(losses.TakeLast(5).Average() < 0.5 * losses[0], $"from {losses[0]} to {losses[^1]}");
    }

    [Theory]
    [InlineData(Storage.Masked)]
    [InlineData(Storage.Compressed)]
    public void Resumption_is_exact(Storage storage)
    {
        using var scope = NewDisposeScope();
        using var first = new TwoTower(Small, seed: 1);
        first.UseStorage(storage);
        using var one = first.AdamW(lr: 0.01);
        Train(first, one, steps: 3);
        var saved = Path.Combine(folder, "saved");
        TrainingCheckpoint.Save(saved, first, one, new(3, null, ImmutableDictionary<string, string>.Empty));
        var expected = Train(first, one, steps: 3);

        using var second = new TwoTower(Small, seed: 2);
        second.UseStorage(storage);
        using var two = second.AdamW(lr: 0.01);
        Assert.Equal(3, TrainingCheckpoint.Load(saved, second, two).Step);

        Assert.Equal(expected, Train(second, two, steps: 3));
    }

    [Fact]
    public void Weights_go_through_files_and_states()
    {
        using var scope = NewDisposeScope();
        using var model = new TwoTower(Small, seed: 1);
        var (ids, items, _) = Batch(0);
        var expected = model.call(ids, items);
        var (file, archive) = (Path.Combine(folder, "model.safetensors"), Path.Combine(folder, "model.dat"));

        ModelCheckpoint.Save(model, file, new Dictionary<string, string>());
        model.save(archive);
        AssertSame(other => ModelCheckpoint.Load(other, file));
        AssertSame(other => other.load(archive));
        AssertSame(other => other.load_state_dict(model.state_dict()));
        AssertSame(other => other.CopyWeightsFrom(model));
        using var average = new WeightAverage(model, 0.5);
        AssertSame(average.CopyTo);

        void AssertSame(Action<TwoTower> load)
        {
            using var other = new TwoTower(Small, seed: 2);
            Assert.NotEqual(0, (expected - other.call(ids, items)).abs().max().ToDouble());
            load(other);
            Assert.Equal(0, (expected - other.call(ids, items)).abs().max().ToDouble());
        }
    }

    [Fact]
    public void Masks_change_in_training()
    {
        using var scope = NewDisposeScope();
        using var model = new TwoTower(Small, seed: 1);
        model.UseMethod(SparsityMethod.RigL);
        using var optimizer = model.AdamW(lr: 0.01);
        var masks = new DynamicMasks(model, optimizer, new MaskSchedule { Interval = 2, Stop = 8 });
        var before = model.Masks["Left.Up.weight"];
        for (var step = 0; step < 8; step++)
        {
            Loss(model, step).Backward();
            masks.Step(double.PositiveInfinity);
        }

        Assert.NotEqual(before.Words.ToArray(), model.Masks["Left.Up.weight"].Words.ToArray());
        Assert.Equal(before.Kept, model.Masks["Left.Up.weight"].Kept);
    }

    [Fact]
    public void They_are_pruned_by_activations_on_all_their_tensors()
    {
        using var scope = NewDisposeScope();
        using var dense = new TwoTower(Small with { Density = 1 }, seed: 1);
        using var sparse = new TwoTower(Small, seed: 2);

        sparse.PruneByActivations(
            dense, Enumerable.Range(0, 2).Select(static step => (Tensor[])[Batch(step).Ids, Batch(step).Items]));

        Assert.Equal(32 * 32 / 4, sparse.Masks["Right.Up.weight"].Kept);
        Assert.Equal(dense.GetWeights("Score.weight"), sparse.GetWeights("Score.weight"));
    }

    [Fact]
    public void The_layer_with_the_first_infinity_is_found()
    {
        using var scope = NewDisposeScope();
        using var model = new TwoTower(Small, seed: 1);
        var (ids, items, _) = Batch(0);
        Assert.Null(NonFinite.Find(model, ids, items));

        Assert.Equal("the activation of Item", NonFinite.Find(model, ids, items * double.PositiveInfinity));
    }

    [Fact]
    public void Activations_of_both_towers_stay_under_SuPar()
    {
        var report = Check(Rule.SuPar);

        // Logits may shrink as the width grows, as a readout starts with weights of the base model's deviation.
        Assert.All(report.Slopes, static slope =>
            Assert.InRange(slope.Value, slope.Layer is "Score" or "output" ? -0.8 : -0.2, 0.2));
        Assert.Equal(
            ["Item", "Left", "Left.Norm", "Left.Up", "Right", "Right.Norm", "Right.Up", "Score", "User", "output"],
            report.Slopes.Select(static slope => slope.Layer).Distinct().Order(StringComparer.Ordinal));
        Assert.Contains(Check(Rule.Standard).Slopes, static slope => slope.Value > 0.2);
    }

    [Fact]
    public void Each_part_of_a_tuple_is_measured()
    {
        using var scope = NewDisposeScope();
        var report = CoordinateCheck.Run<Siamese, Siamese.Size>(
            [Siamese.Base with { Width = 32 }, Siamese.Base with { Width = 64 }],
            static (model, step) =>
            {
                var (first, second) = model.call(Batch(step).Items, Batch(step + 1).Items);
                return (first - second).pow(2).mean();
            },
            steps: 1, seeds: 1);

        Assert.Contains(report.Slopes, static slope => slope.Layer == "output[0]");
        Assert.Contains(report.Slopes, static slope => slope.Layer == "output[1]");
    }

    [Fact]
    public void The_calls_of_a_shared_layer_are_compared_with_themselves()
    {
        using var scope = NewDisposeScope();
        using var model = new ThreeByHand(ThreeByHand.Base, seed: 1);
        using var probes = new Probes(model, () => model.call(ones(1, 2), ones(4, 2), zeros(1, 2)));
        Assert.Equal(["Head", "In", "output"], probes.Measure().Keys.Order(StringComparer.Ordinal));
        Assert.All(probes.Measure().Values, static layer => Assert.Equal(0, layer.Change));
    }

    private static CoordinateReport Check(Rule rule)
    {
        using var scope = NewDisposeScope();
        return CoordinateCheck.Run<TwoTower, TwoTower.Size>(
            [.. new[] { 64, 128, 256, 512 }.Select(width => TwoTower.Base with
            {
                Width = width, Density = 32.0 / width, Sigma = 0.2, Rule = rule,
            })],
            Loss, static model => model.AdamW(lr: 0.01), steps: 4, seeds: 3);
    }

    private static List<double> Train(TwoTower model, MuOptimizer optimizer, int steps)
    {
        List<double> losses = [];
        for (var step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            var loss = Loss(model, step);
            loss.Backward();
            optimizer.step();
            optimizer.zero_grad();
            losses.Add(loss.ToDouble());
        }

        return losses;
    }

    private static Tensor Loss(TwoTower model, int step)
    {
        var (ids, items, scores) = Batch(step);
        return nn.functional.mse_loss(model.call(ids, items), scores);
    }

    /// <summary>Users with even ids like a large first feature, and the others a small one.</summary>
    private static (Tensor Ids, Tensor Items, Tensor Scores) Batch(int step)
    {
        var random = new SeededRandom(step, "visits");
        long[] ids = [.. Enumerable.Range(0, Rows).Select(_ => (long)(50 * random.NextDouble()))];
        float[] items = [.. Enumerable.Range(0, Rows * 6).Select(_ => (float)random.NextNormal())];
        float[] scores = [.. ids.Select((id, row) => id % 2 == 0 ? items[6 * row] : -items[6 * row])];
        return (tensor(ids), tensor(items, [Rows, 6]), tensor(scores, [Rows, 1]));
    }
}
