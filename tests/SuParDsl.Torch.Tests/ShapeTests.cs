using TorchSharp;
using static TorchSharp.torch;

namespace SuParDsl.Torch.Tests;

public class ShapeTests
{
    private readonly Tensor x = arange(12, float32).reshape(3, 4);

    [Fact]
    public void Views()
    {
        Values.Shape(x.t(), 4, 3);
        Values.Shape(x.unsqueeze(1).expand(3, 5, 4), 3, 5, 4);
        Values.Shape(x.view(2, 6).transpose(0, 1), 6, 2);
        Values.Shape(x.reshape(1, 3, 4).squeeze(0), 3, 4);
        Values.Shape(x.unflatten(1, 2, 2).permute(2, 0, 1), 2, 3, 2);
        Values.Shape(x.repeat(2, 1), 6, 4);
        Assert.Equal([4L, 1L], x.stride());
        Assert.Equal(4, x.size(-1));
        Assert.False(x.mT.is_contiguous());
        Values.Are(x.narrow(1, 1, 2).contiguous(), 1, 2, 5, 6, 9, 10);
        Values.Are(x.roll(1, 0)[0], 8, 9, 10, 11);
        Values.Are(tril(ones(2, 2)), 1, 0, 1, 1);
        Values.Are(x.diagonal(), 0, 5, 10);
        Values.Are(x.flip(1)[0], 3, 2, 1, 0);
        Values.Are(x.unfold(1, 2, 2)[0], 0, 1, 2, 3);
        Assert.Equal(3, x.unbind().Length);
        Assert.Equal([4L, 3L], x.movedim([0], [1]).shape);
    }

    [Fact]
    public unsafe void ViewsShareAStorage()
    {
        var row = x[1];
        Assert.Equal(4, row.storage_offset());
        Assert.Equal(x.storage<float>().data_ptr(), row.storage<float>().data_ptr());
        Assert.Equal(4f, ((float*)row.storage<float>().data_ptr())[row.storage_offset()]);
    }

    [Fact]
    public void SplittingAndJoining()
    {
        Assert.Equal(2, x.chunk(2, 1).Length);
        Assert.Equal([1L, 4L], x.split(2)[1].shape);
        Values.Shape(x.split([1, 3], 1)[1], 3, 3);
        Values.Shape(cat([x, x], 1), 3, 8);
        Values.Shape(stack([x, x, x]), 3, 3, 4);
    }

    [Fact]
    public void Indexing()
    {
        Values.Are(x[1], 4, 5, 6, 7);
        Values.Are(x[1, 2], 6);
        Values.Are(x[-1, -1], 11);
        Values.Are(x[TensorIndex.Ellipsis, 0], 0, 4, 8);
        Values.Are(x[TensorIndex.Slice(1), TensorIndex.Slice(0, 4, 2)], 4, 6, 8, 10);
        Values.Are(x[1.., ..1], 4, 8);
        Values.Shape(x[TensorIndex.None, TensorIndex.Colon, TensorIndex.Single(0)], 1, 3);
        Values.Are(x[tensor([2L, 0L])], 8, 9, 10, 11, 0, 1, 2, 3);
        Values.Are(x[tensor([2L, 0L]), tensor([1L, 3L])], 9, 3);
        Values.Are(x[TensorIndex.Colon, TensorIndex.Tensor(tensor([1L]))], 1, 5, 9);
        Values.Are(x[x > 9], 10, 11);
    }

    [Fact]
    public void WritingByIndex()
    {
        var y = zeros(2, 3);
        y[0, 1] = tensor(5f);
        y[1] = ones(3);
        y[TensorIndex.Colon, TensorIndex.Slice(2)] = tensor(7f);
        Values.Are(y, 0, 5, 7, 1, 1, 7);
        y.index_put_(tensor(-1f), y > 4);
        Values.Are(y, 0, -1, -1, 1, 1, -1);
        y.index_put_(ones(2), [tensor([0L, 0L]), tensor([0L, 0L])], accumulate: true);
        Values.Are(y[0, 0], 2);
    }

    [Fact]
    public void GatheringAndScattering()
    {
        Values.Are(x.index_select(1, tensor([3L])), 3, 7, 11);
        Values.Are(x.gather(1, tensor([0L, 1, 2], [3, 1])), 0, 5, 10);
        Values.Are(zeros(3).scatter_(0, tensor([1L]), tensor([4f])), 0, 4, 0);
        Values.Are(zeros(3).scatter_add_(0, tensor([1L, 1L]), tensor([4f, 5f])), 0, 9, 0);
        Values.Are(zeros(2).index_add_(0, tensor([1L]), tensor([3f]), 2), 0, 6);
        Values.Are(ones(2).masked_fill(tensor([true, false]), 9), 9, 1);
        Values.Are(tensor([1f, 2f]).repeat_interleave(2), 1, 1, 2, 2);
        Values.Are(nonzero(tensor([0f, 3f, 4f])), 1, 2);
    }
}
