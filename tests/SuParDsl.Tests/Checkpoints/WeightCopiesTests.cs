using SuParDsl.Checkpoints;
using SuParDsl.Sparsity;
using SuParDsl.Tests.Models;
using SuParDsl.Tests.Sparsity.Dynamic;
using TorchSharp;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Checkpoints;

/// <summary>Teachers, target networks and averages: weights are copied from model to model with their masks.</summary>
public sealed class WeightCopiesTests : IDisposable
{
    private const string Moving = EvolvingTraining.Moving;

    private readonly string folder = Directory.CreateTempSubdirectory("supardsl-").FullName;
    private readonly DisposeScope scope = NewDisposeScope();

    public static TheoryData<string, Storage, Storage> Ways() => ModuleStateTests.Ways();

    public void Dispose()
    {
        scope.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_copy_computes_the_same(string kind, Storage from, Storage to)
    {
        using var teacher = SparseModels.New(kind, from, seed: 1);
        using var student = SparseModels.New(kind, to, seed: 2);
        using var optimizer = student.AdamW(lr: 0.01);
        SparseModels.Train(student, optimizer, kind);
        using (var other = teacher.AdamW(lr: 0.01))
        {
            SparseModels.Train(teacher, other, kind);
        }

        student.CopyWeightsFrom(teacher);

        SparseModels.AssertEqual(teacher, student, kind);
        SparseModels.Train(student, optimizer, kind);
        SparseModels.AssertSound(student);
    }

    [Fact]
    public void A_copy_from_a_model_with_other_multipliers_needs_anyTable()
    {
        using var teacher = new Evolving(Evolving.Base with { Width = 32, Density = 0.25 }, seed: 1);
        using var other = new Evolving(Evolving.Base with { Width = 32, Density = 0.25, Rule = Rule.MuP }, seed: 2);
        using var sparser = new Evolving(Evolving.Base with { Width = 32, Density = 0.125 }, seed: 2);
        using var wider = new Evolving(Evolving.Base with { Width = 64 }, seed: 2);
        using var mlp = SparseModels.New("mlp", Storage.Auto, seed: 1);

        Assert.StartsWith(
            "the Evolving to copy was trained with other multipliers than this Evolving has, under SuPar",
            Refused(() => other.CopyWeightsFrom(teacher)), StringComparison.Ordinal);
        Assert.Contains(
            "has density 0.25 there, 0.125 here", Refused(() => sparser.CopyWeightsFrom(teacher)), StringComparison.Ordinal);
        Assert.Equal(
            "Enter.weight of the Evolving to copy has shape [32, 6], not [64, 6]", Refused(() => wider.CopyWeightsFrom(teacher)));
        Assert.Equal("the Mlp to copy has no Enter.weight", Refused(() => teacher.CopyWeightsFrom(mlp)));

        other.CopyWeightsFrom(teacher, anyTable: true);
        Assert.Equal(teacher.GetWeights(Moving), other.GetWeights(Moving));
        Assert.Contains(
            "keeps 256 of 1024 weights",
            Refused(() => sparser.CopyWeightsFrom(teacher, anyTable: true)),
            StringComparison.Ordinal);
        sparser.CopyWeightsFrom(teacher, anyTable: true, masks: MaskSource.Magnitude);
        SparseModels.AssertSound(sparser);
    }

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    public void A_copy_has_the_type_that_its_model_has(ScalarType type)
    {
        using var teacher = SparseModels.New("mlp", Storage.Compressed, seed: 1);
        using var student = SparseModels.New("mlp", Storage.Masked, seed: 2).to(type);
        student.CopyWeightsFrom(teacher);
        Assert.Equal(TensorNumbers.Of(teacher.DenseWeight("Fc2.weight").to_type(type)), student.GetWeights("Fc2.weight"));
        SparseModels.AssertSound(student);
    }

    [Theory]
    [InlineData(Storage.Masked)]
    [InlineData(Storage.Compressed)]
    public void An_average_is_one_of_the_weights(Storage storage)
    {
        using var model = SparseModels.New("mlp", storage, seed: 1);
        using var optimizer = model.AdamW(lr: 0.01);
        using var average = new WeightAverage(model, decay: 0.75);
        var expected = model.GetWeights("Fc2.weight");
        for (var step = 0; step < 5; step++)
        {
            SparseModels.Train(model, optimizer, "mlp", steps: 1);
            average.Update();
            var weights = model.GetWeights("Fc2.weight");
            expected = step == 0 ? weights : [.. expected.Zip(weights, static (old, now) => (0.75f * old) + (0.25f * now))];
        }

        using var averaged = SparseModels.New("mlp", Storage.Masked, seed: 3);
        average.CopyTo(averaged);

        Assert.Equal(5, average.Updates);
        Assert.All(expected.Zip(averaged.GetWeights("Fc2.weight")), static pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
        Assert.NotEqual(model.GetWeights("Fc2.weight"), averaged.GetWeights("Fc2.weight"));
        Assert.Equal(model.Masks["Fc2.weight"].ToPacked(), averaged.Masks["Fc2.weight"].ToPacked());
        SparseModels.AssertSound(averaged);
    }

    [Theory]
    [InlineData(SparsityMethod.RigL, Storage.Masked)]
    [InlineData(SparsityMethod.RigL, Storage.Compressed)]
    [InlineData(SparsityMethod.Set, Storage.Auto)]
    [InlineData(SparsityMethod.Gmp, Storage.Masked)]
    [InlineData(SparsityMethod.Gmp, Storage.Auto)]
    public void An_average_follows_masks_that_change(SparsityMethod method, Storage storage)
    {
        using var model = EvolvingTraining.New(method, storage);
        using var optimizer = model.AdamW(lr: 0.01);
        using var masks = new DynamicMasks(model, optimizer, new() { Interval = 4, Stop = 20 });
        using var average = new WeightAverage(model, decay: 0.9);
        using var averaged = EvolvingTraining.New(method);
        var expected = new float[1024];
        for (var step = 0; step < 24; step++)
        {
            masks.Steps(model, 1);
            average.Update();
            var now = model.GetWeights(Moving);
            expected = [.. expected.Select(
                (old, i) => !model.Masks[Moving][i] ? 0 : step == 0 ? now[i] : (0.9f * old) + (0.1f * now[i]))];
            average.CopyTo(averaged);
            Assert.Equal(model.Masks[Moving].ToPacked(), averaged.Masks[Moving].ToPacked());
            Assert.All(expected.Zip(averaged.GetWeights(Moving)), static pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
            SparseModels.AssertSound(averaged);
        }

        Assert.Equal(model.MuTable.Fingerprint, averaged.MuTable.Fingerprint);
    }

    [Theory]
    [InlineData(Storage.Masked)]
    [InlineData(Storage.Compressed)]
    public void An_average_resumes_where_it_was_saved(Storage storage)
    {
        var path = Path.Combine(folder, "average.safetensors");
        using var model = SparseModels.New("resnet", storage, seed: 1);
        using var optimizer = model.AdamW(lr: 0.01);
        using var average = new WeightAverage(model, decay: 0.5);
        for (var step = 0; step < 3; step++)
        {
            SparseModels.Train(model, optimizer, "resnet", steps: 1);
            average.Update();
        }

        average.Save(path);
        using var other = SparseModels.New("resnet", storage, seed: 2);
        using var resumed = new WeightAverage(other, decay: 0.5);
        resumed.Load(path);
        Assert.Equal(3, resumed.Updates);
        other.CopyWeightsFrom(model);
        average.Update();
        resumed.Update();

        using var first = SparseModels.New("resnet", Storage.Auto, seed: 3);
        using var second = SparseModels.New("resnet", Storage.Auto, seed: 4);
        average.CopyTo(first);
        resumed.CopyTo(second);
        SparseModels.AssertEqual(first, second, "resnet");

        // The file is also a checkpoint of the model, with the statistics of its norms.
        average.Save(path);
        ModelCheckpoint.Load(second, path);
        SparseModels.AssertEqual(first, second, "resnet");
    }

    [Fact]
    public void A_file_that_is_not_an_average_is_refused()
    {
        var path = Path.Combine(folder, "a.safetensors");
        using var model = SparseModels.New("mlp", Storage.Auto, seed: 1);
        using var average = new WeightAverage(model, decay: 0.5);
        using var slower = new WeightAverage(model, decay: 0.9);
        ModelCheckpoint.Save(model, path, new Dictionary<string, string>());
        Assert.Contains(
            "is not an average of weights", Assert.Throws<CheckpointException>(() => average.Load(path)).Message,
            StringComparison.Ordinal);
        average.Save(path);
        Assert.Contains(
            "is an average with decay 0.5, but this one has 0.9",
            Assert.Throws<CheckpointException>(() => slower.Load(path)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new WeightAverage(model, 1));
        using var gpt = SparseModels.New("gpt", Storage.Auto, seed: 1);
        Assert.Contains(
            "the average of this Mlp has no Tok.weight", Refused(() => average.CopyTo(gpt)), StringComparison.Ordinal);
    }

    [Fact]
    public void An_average_of_half_precision_is_finer()
    {
        using var model = SparseModels.New("mlp", Storage.Masked, seed: 1).to(ScalarType.BFloat16);
        using var average = new WeightAverage(model, decay: 0.999);
        average.Update();
        using (no_grad())
        {
            model.SetDenseWeight("Fc1.bias", ones(64));
        }

        average.Update();
        using var floats = SparseModels.New("mlp", Storage.Masked, seed: 2);
        average.CopyTo(floats);
        Assert.All(floats.GetWeights("Fc1.bias"), static weight => Assert.Equal(0.001f, weight, 1e-6f));
        Assert.Equal(ScalarType.Float32, floats.DenseWeight("Fc1.bias").dtype);
    }

    private static string Refused(Action act) => Assert.Throws<ArgumentException>(act).Message;
}
