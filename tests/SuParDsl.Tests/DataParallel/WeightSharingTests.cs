using System.Runtime.InteropServices;
using SuParDsl.Distributed;
using SuParDsl.Sparsity;
using SuParDsl.Tests.Storages;
using static TorchSharp.torch;

namespace SuParDsl.Tests.DataParallel;

/// <summary>Weights reach every rank from their owners, whatever their type and however small the buffer is.</summary>
public class WeightSharingTests
{
    [Fact]
    public void Bits_of_float64_that_are_no_float32_arrive()
    {
        // These pairs of half-precision values are signaling NaNs when read as float32, and arithmetic would make them
        // quiet.
        const long Bits = 0x3FF00000_7F800001;
        var got = ThreadRanks.Run(2, static ranks =>
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            using var model = new HandMadeMlp(20, 0.3);
            _ = model.to(ScalarType.Float64);
            foreach (var parameter in model.parameters())
            {
                parameter.fill_(BitConverter.Int64BitsToDouble(Bits + ranks.Rank));
            }

            using var sharing = new ShardedWeightGather(
                ranks, model.ParametersByName().Values.Select(static weight => new ShardedTensor(weight, null, Owner: 0)));
            sharing.Share();
            return BitConverter.DoubleToInt64Bits(model.parameters().First().detach().view(-1).data<double>().ToArray()[0]);
        });
        Assert.Equal([Bits, Bits], got);
    }

    [Fact]
    public void Disposing_an_optimizer_twice_does_no_harm() => ThreadRanks.Run(2, static ranks =>
    {
        using var model = new HandMadeMlp(20, 0.3);
        var optimizer = model.AdamW(lr: 0.01);
        optimizer.ShardOver(ranks);
        optimizer.Dispose();
        optimizer.Dispose();
        return true;
    });

    [Theory]
    [InlineData(2, 1, ScalarType.Float32, Storage.Masked)] // Messages of 64 weights: every tensor is cut.
    [InlineData(3, 400, ScalarType.Float32, Storage.Masked)]
    [InlineData(3, 400, ScalarType.Float32, Storage.Compressed)]
    [InlineData(3, ShardedWeightGather.UsualBuffer, ScalarType.Float32, Storage.Masked)]
    [InlineData(2, 400, ScalarType.BFloat16, Storage.Masked)]
    [InlineData(2, 400, ScalarType.Float64, Storage.Masked)]
    public void Every_rank_gets_the_owners_live_weights(int count, long buffer, ScalarType type, Storage storage)
    {
        var shares = ThreadRanks.Run(count, ranks =>
        {
            using var scope = NewDisposeScope();
            using var model = new HandMadeMlp(20, 0.3);
            model.UseStorage(storage);
            _ = model.to(type);
            var masks = storage == Storage.Masked ? model.Masks : new Dictionary<string, WeightMask>();
            var owners = model.ParametersByName().Keys.Select(static (name, index) => (name, index)).ToDictionary(
                static entry => entry.name, entry => entry.index % count);
            using (no_grad())
            {
                foreach (var (_, parameter) in model.ParametersByName())
                {
                    // Values that no other rank has, at masked positions as well.
                    parameter.copy_(
                        arange(parameter.numel(), ScalarType.Float64).reshape(parameter.shape).mul(1 / 7.0).add(ranks.Rank + 1));
                }
            }

            using var sharing = new ShardedWeightGather(
                ranks,
                model.ParametersByName().Select(p => new ShardedTensor(p.Value, masks.GetValueOrDefault(p.Key), owners[p.Key])),
                buffer);
            var before = Numbers(model);
            sharing.Share();
            return (
                Before: before, After: Numbers(model), Owners: owners,
                Masks: masks.Keys.ToDictionary(static name => name, name => masks[name]));
        });

        Assert.All(shares[0].After.Keys, name => Assert.All(shares, (share, rank) =>
        {
            var (own, owners) = (share.Before[name], shares[share.Owners[name]].Before[name]);
            var isTold = type == ScalarType.Float64 ? null : share.Masks.GetValueOrDefault(name);
            Assert.Equal(owners.Select((weight, i) => isTold?[i] != false ? weight : own[i]), share.After[name]);
        }));
    }

    [Fact]
    public void Autograd_notices_that_weights_are_others() => ThreadRanks.Run(2, static ranks =>
    {
        using var scope = NewDisposeScope();
        using var model = new HandMadeMlp(20, 0.3);
        using var sharing = new ShardedWeightGather(ranks, [new(model.First.weight, null, Owner: 0)]);
        var loss = model.First.weight.square().sum();
        sharing.Share();
        if (ranks.Rank == 1)
        {
            Assert.Contains("modified by an inplace operation", Assert.Throws<ExternalException>(() => loss.backward()).Message);
        }

        return true;
    });

    [Fact]
    public void The_largest_tensor_goes_first_and_each_to_the_rank_with_the_least()
    {
        var owners = ThreadRanks.Run(2, static ranks =>
        {
            var owners = TensorOwners.Of(ranks, [("a", 3), ("b", 10), ("c", 6), ("e", 4), ("d", 4)]);
            return string.Concat(((string[])["a", "b", "c", "d", "e"]).Select(owners.OwnerOf));
        });

        // Rank 0 has b and, as the first of two ranks with equal loads, e. Rank 1 has c, d (before e by its name) and a.
        Assert.Equal(["10110", "10110"], owners);
    }

    private static Dictionary<string, double[]> Numbers(Model model) => model.ParametersByName().ToDictionary(
        static p => p.Key, static p => p.Value.detach().to_type(ScalarType.Float64).contiguous().data<double>().ToArray());
}
