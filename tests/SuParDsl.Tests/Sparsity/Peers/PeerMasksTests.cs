namespace SuParDsl.Tests.Sparsity.Peers;

/// <summary>Masks against the numbers of RigL, rigl-torch, JaxPruner and SET.</summary>
public class PeerMasksTests
{
    [Fact]
    public void RigL_drops_and_grows_as_rigl_torch_at_every_density() => Assert.All(PeerMasks.RigL, static peer =>
    {
        var mask = WeightMask.FromBytes([16, 16], PeerNumbers.MaskOf(peer.Live + 2000, 256, peer.Live));
        var moved = MaskMoves.Rewire(mask, PeerNumbers.Of(peer.Live, 256), PeerNumbers.Of(peer.Live + 1000, 256), 0.3);

        Assert.Equal(peer.Words, moved.Words.ToArray());
        Assert.Equal(peer.New, moved.Positions().Except(mask.Positions()).Count());
    });

    [Fact]
    public void Updates_fall_where_RigLs_code_has_them() => Assert.All(PeerMasks.RigLUpdates, static peer => Assert.Equal(
        peer.Steps,
        Updates(new() { Start = peer.Begin, Stop = peer.End, Interval = peer.Every, Updates = MaskUpdates.FromStart })));

    [Fact]
    public void Updates_fall_where_RigLs_algorithm_has_them() => Assert.All(PeerMasks.AlgorithmUpdates, static peer => Assert.Equal(
        peer.Steps, Updates(new() { Stop = peer.End, Interval = peer.Every, Updates = MaskUpdates.BeforeStop })));

    [Fact]
    public void The_cosine_from_step_0_is_that_of_RigLs_code() => Assert.All(PeerMasks.RigLCosine, static peer =>
        Assert.Equal(peer.Fraction, new MaskSchedule { Start = 1000, Stop = 11000, DropFromZero = true }.DropAt(peer.Step), 1e-6));

    [Fact]
    public void ResNet_50_over_all_layers_has_RigLs_densities() => Assert.All(PeerMasks.ResNet50, static peer =>
    {
        var tensors = ResNet50.Tensors(peer.Density, Distribution.ErdosRenyiAll);
        var densities = tensors.ToDictionary(static tensor => tensor.Name, static tensor => tensor.Density.Value);

        Assert.Equal(54, tensors.Length);
        foreach (var (expected, name) in peer.Layers.Zip((string[])["conv1", "1.0.2", "2.0.d", "4.2.2", "fc"]))
        {
            Assert.Equal(expected, densities[name], 5e-5 * expected);
        }

        Assert.Equal(peer.Full, densities.Values.Count(static density => density == 1));
        Assert.Equal(peer.Density, ResNet50.Density(tensors), 1e-9);
    });

    [Fact]
    public void ResNet_50_has_RigLs_FLOPs() => Assert.All(PeerMasks.ResNet50Flops, static peer =>
        Assert.Equal(peer.Flops, ResNet50.Flops(ResNet50.Tensors(peer.Density, Distribution.ErdosRenyiAll)), 0.007));

    [Fact]
    public void Over_hidden_layers_ResNet_50_keeps_its_stem_and_classifier()
    {
        var tensors = ResNet50.Tensors(0.05, Distribution.ErdosRenyi);

        // The default: the density is that of 52 hidden layers, which with two dense ones is 12.7 % of all.
        Assert.Equal(["conv1", "fc"], tensors.Where(static tensor => !tensor.IsSparse).Select(static tensor => tensor.Name));
        Assert.Equal(0.1266, ResNet50.Density(tensors), 1e-4);
    }

    [Fact]
    public void Two_of_four_by_magnitude_is_JaxPruners()
    {
        var (scores, mask) = PeerMasks.TwoFour;

        Assert.Equal(
            WeightMask.FromBytes([2, 4, 4], mask).Positions(),
            MaskMoves.Prune("W", WeightMask.Full([2, 4, 4]), scores, 0.5, Mask.TwoFour).Positions());
    }

    [Fact]
    public void Global_pruning_normalized_is_JaxPruners() => Assert.All(PeerMasks.Normalized, static peer =>
    {
        var pruned = MaskMoves.PruneTogether([WeightMask.Full([4]), WeightMask.Full([2])], [peer.First, peer.Second], 0.5, normalize: true);

        Assert.Equal(WeightMask.FromBytes([4], peer.FirstMask).Positions(), pruned[0].Positions());
        Assert.Equal(WeightMask.FromBytes([2], peer.SecondMask).Positions(), pruned[1].Positions());
    });

    [Fact]
    public void Global_pruning_empties_no_tensor_where_JaxPruner_does()
    {
        // Three of six. JaxPruner without normalization, and ITOP, keep [0, 1, 1, 1] and [0, 0]; a rule that divides by the density has no
        // rate for an empty tensor.
        var pruned = MaskMoves.PruneTogether([WeightMask.Full([4]), WeightMask.Full([2])], [[0.1f, 0.2f, 0.3f, 0.4f], [0.01f, 0.02f]], 0.5);

        Assert.Equal([2, 3], pruned[0].Positions());
        Assert.Equal([1], pruned[1].Positions());
    }

    [Fact]
    public void SET_by_sign_drops_what_its_paper_says()
    {
        var (weights, fraction, dropped) = PeerMasks.Set;
        var mask = WeightMask.FromBytes([20], [.. Enumerable.Repeat((byte)1, 10), .. Enumerable.Repeat((byte)0, 10)]);
        float[] all = [.. weights, .. new float[10]], grow = [.. new float[10], .. Enumerable.Repeat(1f, 10)];

        var bySign = MaskMoves.Rewire(mask, all, grow, fraction, bySign: true);
        Assert.Equal(dropped.Select(static i => (long)i), mask.Positions().Except(bySign.Positions()));
        Assert.Equal([0, 1, 2, 3], mask.Positions().Except(MaskMoves.Rewire(mask, all, grow, fraction).Positions()));
    }

    private static IEnumerable<int> Updates(MaskSchedule schedule) => Enumerable.Range(1, 20).Where(schedule.IsUpdate);
}
