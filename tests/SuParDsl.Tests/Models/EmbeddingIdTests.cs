using static TorchSharp.torch;

namespace SuParDsl.Tests.Models;

/// <summary>The error for ids that a table has no row for names the layer, their position and the bound.</summary>
public sealed class EmbeddingIdTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly Gpt model = new(Gpt.Base with { Width = 64, Layers = 1, Vocab = 10, Context = 8, HeadDim = 32 }, seed: 1);

    public void Dispose()
    {
        model.Dispose();
        scope.Dispose();
    }

    [Theory]
    [InlineData(10)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void An_id_outside_the_table_is_named(long id)
    {
        var ids = zeros([3, 4], ScalarType.Int64);
        ids[1, 2] = id;
        ids[2, 0] = -5;
        foreach (var type in (ScalarType[])[ScalarType.Float32, ScalarType.Float64, ScalarType.BFloat16])
        {
            model.to(type);
            foreach (var graph in (bool[])[true, false])
            {
                using var mode = set_grad_enabled(graph);
                var error = Assert.Throws<IdException>(() => model.call(ids));
                Assert.Equal(
                    $"Tok got id {id} at [1, 2] of ids of shape [3, 4]: its table has 10 rows, so that ids must be in [0, 10)",
                    error.Message);
            }
        }
    }

    [Fact]
    public void A_window_longer_than_the_positions_is_named()
    {
        var error = Assert.Throws<IdException>(() => model.call(zeros([2, 9], ScalarType.Int64)));
        Assert.StartsWith(
            "Pos got id 8 at [8] of ids of shape [9]: its table has 8 rows", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_of_a_block_has_its_full_name_and_ids_of_another_type_are_refused()
    {
        using var nested = new Nested(Nested.Base, seed: 1);
        Assert.StartsWith(
            "Inner.Table got id 4 at [0]", Assert.Throws<IdException>(() => nested.call(tensor([4L]))).Message,
            StringComparison.Ordinal);
        Assert.Equal(
            "Inner.Table got ids of Float32: they must be Int64 or Int32",
            Assert.Throws<IdException>(() => nested.call(ones(2))).Message);
        Assert.Equal([2L, 8], nested.call(tensor([0, 3])).shape);
    }

    [Fact]
    public void Among_many_ids_on_several_threads_the_first_one_is_named()
    {
        var ids = zeros([70_000], ScalarType.Int64);
        ids[65_000] = 12;
        ids[69_999] = 11;
        Assert.Contains(
            "Tok got id 12 at [65000]", Assert.Throws<IdException>(() => model.Tok.call(ids)).Message, StringComparison.Ordinal);
    }
}

/// <summary>A table inside a block.</summary>
[Block]
public partial class Lookup([MuWidth] int width)
{
    public Embedding Table { get; } = new(4, width);

    [Flow] Tensor Flow(Tensor ids) => ids | Table;
}

/// <summary>A model around it.</summary>
[Model]
public partial class Nested([MuWidth(8)] int width)
{
    public Lookup Inner { get; } = new(width);

    [Flow] Tensor Flow(Tensor ids) => ids | Inner;
}
