using System.Collections.Immutable;
using SuParDsl.Checkpoints;
using SuParDsl.Sparsity;
using SuParDsl.Tests.Models;
using SuParDsl.Tests.Sparsity;
using SuParDsl.Tests.Sparsity.Dynamic;
using SuParDsl.Tests.Storages;
using TorchSharp;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Checkpoints;

/// <summary>
/// Dense weights, and weights under other masks, are loaded into a sparse model as it was declared, or not at all.
/// </summary>
public sealed class IncomingWeightsTests : IDisposable
{
    private const string Moving = EvolvingTraining.Moving;

    private static readonly Dictionary<string, string> NoNotes = [];

    private readonly string folder = Directory.CreateTempSubdirectory("supardsl-").FullName;
    private readonly DisposeScope scope = NewDisposeScope();

    public static TheoryData<SparsityMethod, Storage> Ways()
    {
        var ways = new TheoryData<SparsityMethod, Storage>();
        foreach (var method in (SparsityMethod[])[SparsityMethod.Static, SparsityMethod.Set, SparsityMethod.RigL])
        {
            ways.Add(method, Storage.Masked);
            ways.Add(method, Storage.Compressed);
        }

        return ways;
    }

    private string File => Path.Combine(folder, "a.safetensors");

    public void Dispose()
    {
        scope.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Dense_weights_are_refused_unless_the_masks_are_chosen(SparsityMethod method, Storage storage)
    {
        WriteDense();
        using var model = EvolvingTraining.New(method, storage);
        using var optimizer = model.AdamW(lr: 0.01);
        var (before, mask, rates) = (model.GetWeights(Moving), model.Masks[Moving], Rates(optimizer));

        string[] messages =
        [
            Refused(() => ModelCheckpoint.Load(model, File)), Refused(() => ModelCheckpoint.LoadPart(model, File)),
            Refused(() => ModelCheckpoint.Load(model, File, anyTable: true)),
        ];

        Assert.All(messages, message => Assert.Equal(
            $"'{Moving}' in {File} has no mask, and 1024 of its 1024 weights are not zero; "
            + "this Evolving declares a density of 0.25 (256 weights): "
            + "give masks: MaskSource.Drawn to keep the model's own mask, or MaskSource.Magnitude to keep the largest weights",
            message));
        Assert.Equal(before, model.GetWeights(Moving));
        Assert.Same(mask, model.Masks[Moving]);
        Assert.Equal(rates, Rates(optimizer));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_model_s_own_mask_is_applied_to_dense_weights(SparsityMethod method, Storage storage)
    {
        var dense = WriteDense();
        using var model = EvolvingTraining.New(method, storage);
        using var optimizer = model.AdamW(lr: 0.01);
        using var masks = method == SparsityMethod.Static
            ? null
            : new DynamicMasks(model, optimizer, new() { Interval = 4, Stop = 60 });
        Train(model, optimizer, masks, 10);
        var (mask, table, rates) = (model.Masks[Moving], model.MuTable.Fingerprint, Rates(optimizer));

        ModelCheckpoint.Load(model, File, masks: MaskSource.Drawn);

        Assert.Equal(mask.ToPacked(), model.Masks[Moving].ToPacked());
        Assert.Equal(dense.GetWeights(Moving).Select((weight, i) => mask[i] ? weight : 0), model.GetWeights(Moving));
        Assert.Equal(dense.GetWeights("Enter.weight"), model.GetWeights("Enter.weight"));
        Assert.Equal(table, model.MuTable.Fingerprint);
        Assert.Equal(rates, Rates(optimizer));
        Train(model, optimizer, masks, 40);
        Assert.Equal(256, model.Masks[Moving].Kept);
        SparseModels.AssertSound(model);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void The_largest_of_dense_weights_are_kept_if_that_is_requested(SparsityMethod method, Storage storage)
    {
        var dense = WriteDense();
        using var model = EvolvingTraining.New(method, storage);
        using var optimizer = model.AdamW(lr: 0.01);
        using var masks = method == SparsityMethod.Static
            ? null
            : new DynamicMasks(model, optimizer, new() { Interval = 4, Stop = 60 });
        Train(model, optimizer, masks, 10);
        var (table, rates) = (model.MuTable.Fingerprint, Rates(optimizer));

        ModelCheckpoint.LoadPart(model, File, masks: MaskSource.Magnitude);

        var all = dense.GetWeights(Moving);
        var least = all.Select(Math.Abs).OrderDescending().ElementAt(255);
        Assert.Equal(all.Select(weight => Math.Abs(weight) >= least ? weight : 0), model.GetWeights(Moving));
        Assert.Equal(table, model.MuTable.Fingerprint);
        Assert.Equal(rates, Rates(optimizer));
        Train(model, optimizer, masks, 40);
        Assert.Equal(256, model.Masks[Moving].Kept);
        SparseModels.AssertSound(model);
    }

    [Fact]
    public void Gradual_pruning_begins_with_dense_weights()
    {
        var dense = WriteDense();
        using var model = EvolvingTraining.New(SparsityMethod.Gmp);
        using var optimizer = model.AdamW(lr: 0.01);
        using var masks = new DynamicMasks(model, optimizer, new() { Interval = 4, Stop = 40 });
        masks.Steps(model, 20);
        Assert.InRange(RateOf(optimizer), 1, 2);

        // When the model is dense again, its table and learning rates say so at once, and pruning continues from there.
        ModelCheckpoint.Load(model, File);
        Assert.Equal(dense.GetWeights(Moving), model.GetWeights(Moving));
        Assert.Equal(1, model.Masks[Moving].Density);
        Assert.Equal(0.5, RateOf(optimizer));
        SparseModels.AssertSound(model);
        masks.Steps(model, 20);
        Assert.Equal(256, model.Masks[Moving].Kept);
        Assert.Equal(2, RateOf(optimizer));

        ModelCheckpoint.Load(model, File, masks: MaskSource.Magnitude);
        Assert.Equal(256, model.Masks[Moving].Kept);
        SparseModels.AssertSound(model);

        // Pruning cannot start with fewer weights than it ends with.
        Write(model, with: name => name == Moving ? eye(32) : null);
        Assert.Contains(
            "32 of its 1024 weights are not zero; this Evolving declares a density of 0.25",
            Refused(() => ModelCheckpoint.Load(model, File)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_nonzero_weights_are_the_mask_if_they_have_the_declared_density()
    {
        using var saved = SparseModels.New("mlp", Storage.Masked, seed: 1);
        using var model = SparseModels.New("mlp", Storage.Compressed, seed: 2);
        Write(saved);

        ModelCheckpoint.Load(model, File);

        SparseModels.AssertEqual(saved, model, "mlp");
    }

    [Fact]
    public void Bernoulli_masks_have_the_density_that_chance_gave()
    {
        using var saved = New(1, Mask.Bernoulli, 0.3);
        using var model = New(2, Mask.Bernoulli, 0.3);
        using var sparser = New(2, Mask.Bernoulli, 0.2);
        Write(saved);

        ModelCheckpoint.Load(model, File);

        Assert.NotEqual((int)Math.Round(0.3 * 1024), saved.Masks["Hidden.weight"].Kept);
        Assert.Equal(saved.Masks["Hidden.weight"].ToPacked(), model.Masks["Hidden.weight"].ToPacked());
        Assert.Contains(
            "declares a density of 0.2", Refused(() => ModelCheckpoint.Load(sparser, File)), StringComparison.Ordinal);
    }

    [Fact]
    public void Some_tensors_have_masks_and_some_have_none()
    {
        using var dense = new Mlp(Mlp.Base with { Width = 64, Input = 8 }, seed: 1);
        using var model = SparseModels.New("mlp", Storage.Masked, seed: 2);
        Write(dense, masks: ["Fc3.weight"]);

        Assert.Contains("'Fc2.weight' in ", Refused(() => ModelCheckpoint.Load(model, File)), StringComparison.Ordinal);
        ModelCheckpoint.LoadPart(model, File, static name => name == "Fc2.weight" ? null : name);
        Assert.Equal(dense.Masks["Fc3.weight"].ToPacked(), model.Masks["Fc3.weight"].ToPacked());
        SparseModels.AssertSound(model);

        ModelCheckpoint.Load(model, File, masks: MaskSource.Magnitude);
        Assert.Equal(dense.Masks["Fc3.weight"].ToPacked(), model.Masks["Fc3.weight"].ToPacked());
        Assert.Equal(512, model.Masks["Fc2.weight"].Kept);
        SparseModels.AssertSound(model);

        var own = model.Masks["Fc3.weight"];
        using var other = SparseModels.New("mlp", Storage.Compressed, seed: 3);
        var mask = other.Masks["Fc3.weight"].ToPacked();
        ModelCheckpoint.Load(other, File, masks: MaskSource.Drawn);
        Assert.Equal(mask, other.Masks["Fc3.weight"].ToPacked());
        Assert.NotEqual(own.ToPacked(), mask);
        SparseModels.AssertSound(other);
    }

    [Theory]
    [InlineData(0.5, 512)]
    [InlineData(0.125, 128)]
    [InlineData(1.0, 1024)]
    public void A_mask_of_another_density_is_refused(double density, int kept)
    {
        using var saved = EvolvingTraining.New(SparsityMethod.Static, density: Math.Min(density, 0.5));
        var mask = density == 1 ? WeightMask.Full([32, 32]) : saved.Masks[Moving];
        Write(saved, masks: [Moving], mask: mask);
        using var model = EvolvingTraining.New(SparsityMethod.RigL);

        Assert.StartsWith(
            $"the mask of '{Moving}' in {File} keeps {kept} of 1024 weights; this Evolving declares a density of 0.25 "
            + "(256 weights): give masks: ",
            Refused(() => ModelCheckpoint.Load(model, File)), StringComparison.Ordinal);

        // The library's own files have their densities, too.
        ModelCheckpoint.Save(saved, File, NoNotes);
        if (density < 1)
        {
            Assert.Contains(
                $"has density {density} there, 0.25 here",
                Refused(() => ModelCheckpoint.Load(model, File)),
                StringComparison.Ordinal);
            Assert.Contains(
                $"keeps {kept} of 1024",
                Refused(() => ModelCheckpoint.Load(model, File, anyTable: true)),
                StringComparison.Ordinal);
        }

        ModelCheckpoint.Load(model, File, anyTable: true, masks: MaskSource.Drawn);
        SparseModels.AssertSound(model);
        if (density < 0.25)
        {
            Assert.StartsWith(
                $"the density of {Moving} is 0.125, and pruning should reach 0.25 now",
                Refused(() => ModelCheckpoint.Load(model, File, anyTable: true, masks: MaskSource.Magnitude)),
                StringComparison.Ordinal);
        }
        else
        {
            ModelCheckpoint.Load(model, File, anyTable: true, masks: MaskSource.Magnitude);
            SparseModels.AssertSound(model);
        }
    }

    [Fact]
    public void A_mask_of_another_pattern_is_refused()
    {
        using var saved = New(1, Mask.Exact, 0.5);
        Write(saved, masks: ["Hidden.weight"]);
        foreach (var pattern in (Mask[])[Mask.TwoFour, Mask.Balanced, Mask.Block8])
        {
            using var model = New(2, pattern, 0.5);
            Assert.Contains(
                $"declares a {pattern} mask, which has another pattern: give masks: ",
                Refused(() => ModelCheckpoint.Load(model, File)), StringComparison.Ordinal);
            using var same = New(1, pattern, 0.5);
            Write(same, masks: ["Hidden.weight"]);
            ModelCheckpoint.Load(model, File);
            Assert.Equal(same.Masks["Hidden.weight"].ToPacked(), model.Masks["Hidden.weight"].ToPacked());
            Write(saved, masks: ["Hidden.weight"]);
            Assert.Contains(
                $"leaves too few weights in places for a {pattern} mask of density 0.5: give masks: MaskSource.Drawn",
                Refused(() => ModelCheckpoint.Load(model, File, masks: MaskSource.Magnitude)), StringComparison.Ordinal);
            Write(saved);
            ModelCheckpoint.Load(model, File, masks: MaskSource.Magnitude);
            Assert.True(MagnitudeMasks.IsOf(pattern, model.Masks["Hidden.weight"], 0.5));
        }
    }

    [Fact]
    public void A_rule_that_follows_the_realised_density_accepts_any_mask()
    {
        using var saved = New(1, Mask.Exact, 0.5);
        using var model = New(2, Mask.Exact, 0.25, RuleDensity.Realised);
        using var optimizer = model.AdamW(lr: 0.01);
        Write(saved, masks: ["Hidden.weight"]);

        ModelCheckpoint.Load(model, File);

        var row = model.MuTable.Rows.Single(static row => row.Name == "Hidden.weight");
        Assert.Equal((0.5, 1.0), (row.Density, row.LearningRateMultiplier));
        Assert.Equal(1, RateOf(optimizer, "Hidden.weight"));

        // A tensor without any mask counts as having no mask.
        Write(saved, with: static name => name == "Hidden.weight" ? ones(32, 32) : null);
        Assert.Contains("declares a density of 0.25", Refused(() => ModelCheckpoint.Load(model, File)), StringComparison.Ordinal);
    }

    [Fact]
    public void Masks_that_the_caller_has_set_come_back_from_own_files()
    {
        using var dense = New(1, Mask.Exact, 1);
        using var pruned = New(2, Mask.Exact, 0.25);
        pruned.PruneFrom(dense, global: true);
        pruned.SetMasks(
            new Dictionary<string, WeightMask> { ["Hidden.weight"] = MaskDraw.Draw(Mask.Exact, [32, 32], 0.3, 5, "x") });
        using var model = New(3, Mask.Exact, 0.25);
        ModelCheckpoint.Save(pruned, File, NoNotes);
        ModelCheckpoint.Load(model, File);
        Assert.Equal(pruned.Masks["Hidden.weight"].ToPacked(), model.Masks["Hidden.weight"].ToPacked());

        // Both have departed from the declared density in the same way.
        model.load_state_dict(pruned.state_dict());
        using var fresh = New(4, Mask.Exact, 0.25);
        Assert.Contains(
            "keeps 307 of 1024 weights", Refused(() => fresh.load_state_dict(pruned.state_dict())), StringComparison.Ordinal);
        fresh.CopyWeightsFrom(pruned);
        Assert.Equal(pruned.GetWeights("Hidden.weight"), fresh.GetWeights("Hidden.weight"));
    }

    [Fact]
    public void A_tensor_of_zeros_is_not_accepted_as_weights()
    {
        using var model = EvolvingTraining.New(SparsityMethod.Gmp);
        Write(model, with: static name => name == Moving ? zeros(32, 32) : null);
        Assert.Contains(
            "0 of its 1024 weights are not zero", Refused(() => ModelCheckpoint.Load(model, File)), StringComparison.Ordinal);
        ModelCheckpoint.Load(model, File, masks: MaskSource.Drawn);
        Assert.Equal(1, model.Masks[Moving].Density);
    }

    [Fact]
    public void A_state_of_dense_weights_needs_the_same_choice()
    {
        using var dense = new Evolving(Evolving.Base with { Width = 32, Density = 1 }, seed: 1);
        using var model = EvolvingTraining.New(SparsityMethod.RigL, Storage.Compressed);
        Assert.Contains(
            "'Hidden.weight' in the state has no mask", Refused(() => model.load_state_dict(dense.state_dict())),
            StringComparison.Ordinal);

        var (missing, unexpected) = model.load_state_dict(dense.state_dict(), MaskSource.Magnitude);
        Assert.Empty(missing.Concat(unexpected));
        SparseModels.AssertSound(model);
        model.load_state_dict(dense.state_dict(), MaskSource.Drawn);
        SparseModels.AssertSound(model);

        // In the other direction, weights that are masked there are zero here.
        Assert.Contains(
            "has mask.Hidden.weight", Refused(() => dense.load_state_dict(model.state_dict())), StringComparison.Ordinal);
        (missing, unexpected) = dense.load_state_dict(model.state_dict(), strict: false);
        Assert.Equal("mask.Hidden.weight", Assert.Single(unexpected));
        Assert.Equal(model.GetWeights(Moving), dense.GetWeights(Moving));
    }

    [Fact]
    public void Numbers_that_are_none_do_not_get_past_a_mask()
    {
        var dense = WriteDense();
        Write(dense, with: static name => name == Moving ? full(32, 32, float.PositiveInfinity) : null);
        using var model = EvolvingTraining.New(SparsityMethod.Static);
        ModelCheckpoint.Load(model, File, masks: MaskSource.Drawn);
        Assert.Equal(256, model.GetWeights(Moving).Count(static weight => weight != 0));
        Assert.DoesNotContain(model.GetWeights(Moving), float.IsNaN);
    }

    [Fact]
    public void An_unknown_source_of_masks_is_refused()
    {
        WriteDense();
        using var model = EvolvingTraining.New(SparsityMethod.Static);
        Assert.Throws<ArgumentOutOfRangeException>(() => ModelCheckpoint.Load(model, File, masks: (MaskSource)7));
    }

    private static void Train(Evolving model, MuOptimizer optimizer, DynamicMasks? masks, int steps)
    {
        if (masks is not null)
        {
            masks.Steps(model, steps);
            return;
        }

        for (var step = 0; step < steps; step++)
        {
            optimizer.zero_grad();
            model.Backward(step);
            optimizer.step();
        }
    }

    private static double[] Rates(MuOptimizer optimizer) =>
        [.. optimizer.Groups.Select(static group => group.LearningRateMultiplier)];

    private static double RateOf(MuOptimizer optimizer, string name = Moving) =>
        optimizer.Groups.Single(group => group.Names.Contains(name)).LearningRateMultiplier;

    // A file like another tool's: without a table, and with only the masks that are named.
    private void Write(Model model, string[]? masks = null, WeightMask? mask = null, Func<string, Tensor?>? with = null)
    {
        var weights = model.Tensors.Select(tensor => SafetensorsTensor.Of(
            tensor.Name, [.. tensor.Axes.Select(static axis => axis.Value)],
            () => with?.Invoke(tensor.Name) ?? model.DenseWeight(tensor.Name)));
        var entries = (masks ?? []).Select(name => (Name: name, Packed: (mask ?? model.Masks[name]).ToPacked()))
            .Select(static entry =>
                new SafetensorsTensor("mask." + entry.Name, SafetensorsType.Byte, [entry.Packed.Length], () => entry.Packed));
        SafetensorsWriter.Write(File, [.. weights, .. entries], ImmutableDictionary<string, string>.Empty);
    }

    private Evolving WriteDense()
    {
        var dense = new Evolving(Evolving.Base with { Width = 32, Density = 1 }, seed: 9);
        Write(dense);
        return dense;
    }

    private static string Refused(Action act)
    {
        var message = Assert.Throws<CheckpointException>(act).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }

    private static OneMatrix New(long seed, Mask mask, double density, RuleDensity ruleDensity = RuleDensity.Nominal)
    {
        var model = new OneMatrix(mask, density, ruleDensity);
        model.Initialize(seed);
        return model;
    }

    /// <summary>One sparse matrix with any mask.</summary>
    private sealed class OneMatrix(Mask mask, double density, RuleDensity ruleDensity) : Model
    {
        public Linear Hidden { get; } = new(32, 32);

        public override Tensor forward(Tensor input) => Hidden.call(input);

        protected override void RegisterLayers() => register_module(nameof(Hidden), Hidden);

        protected override ParameterScope Declare()
        {
            var scope = ParameterScope.Root(Rule.SuPar, 0.1, ruleDensity: ruleDensity);
            Declare(scope);
            var size = Extent.Scaling(32, 16);
            Hidden.Declare(scope.Child(nameof(Hidden)), size, size, new() { Density = density, Mask = mask });
            return scope;
        }
    }
}
