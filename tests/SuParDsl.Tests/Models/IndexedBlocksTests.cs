using TorchSharp;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Models;

/// <summary>A <c>Repeat</c> whose factory takes the index of the block.</summary>
public sealed class IndexedBlocksTests
{
    [Fact]
    public void Each_block_has_its_own_flag_density_and_multipliers()
    {
        using var model = new IndexedGpt(IndexedGpt.Base([1, 0.5, 0.25]), seed: 2);
        Assert.Equal([false, true, false], model.Blocks.Select(static block => block.IsLocal));
        var rows = model.MuTable.Rows.ToDictionary(static row => row.Name);
        for (var i = 0; i < 3; i++)
        {
            var density = Math.Pow(0.5, i);
            var row = rows[$"Blocks.{i}.Qkv.weight"];
            Assert.Equal(density, row.Density);
            Assert.Equal(1 / density, row.LearningRateMultiplier, 12);
        }
    }

    [Fact]
    public void The_flow_is_that_of_the_blocks_one_by_one()
    {
        using var scope = NewDisposeScope();
        using var model = new IndexedGpt(IndexedGpt.Base([1, 1, 0.5]), seed: 2);
        model.eval();
        var ids = tensor([1L, 4, 9, 2, 0, 7], [1, 6]);
        var x = model.Tok.call(ids);
        var changed = ids.clone();
        changed[0, 0] = 5;
        var other = model.Tok.call(changed);
        Assert.True(IsLastEqual(model.Blocks[1].call(x), model.Blocks[1].call(other)));
        Assert.False(IsLastEqual(model.Blocks[0].call(x), model.Blocks[0].call(other)));
        var expected = model.Blocks.Aggregate(x, static (stream, block) => block.call(stream));
        Assert.True(model.call(ids).allclose(model.Tok.Unembed.call(expected)));

        static bool IsLastEqual(Tensor a, Tensor b) => a[.., -1].Equals(b[.., -1]);
    }
}
