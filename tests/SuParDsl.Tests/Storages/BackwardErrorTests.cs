using TorchSharp;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Storages;

/// <summary>
/// What a compressed layer's backward refuses. TorchSharp's own native library ends the process when a custom function's
/// backward throws, so these run over an engine that carries the exception to the caller.
/// </summary>
public class BackwardErrorTests
{
    [Fact]
    public void A_weight_that_is_edited_between_forward_and_backward_is_an_error()
    {
        using var scope = NewDisposeScope();
        using var model = StorageTests.Model(Storage.Compressed);
        using var optimizer = model.AdamW(lr: 0.01);
        var (x, y) = HandMadeMlp.Batch(20);
        var loss = nn.functional.cross_entropy(model.call(x), y);
        using (no_grad())
        {
            model.Up.weight.mul_(2);
        }

        Assert.Contains("modified by an inplace operation", Assert.ThrowsAny<Exception>(loss.backward).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Storage.Masked)]
    [InlineData(Storage.Compressed)]
    public void A_step_between_forward_and_backward_is_an_error(Storage storage)
    {
        using var scope = NewDisposeScope();
        using var model = StorageTests.Model(storage);
        using var optimizer = model.AdamW(lr: 0.01);
        var (x, y) = HandMadeMlp.Batch(20);
        model.Train(optimizer, x, y);
        var loss = nn.functional.cross_entropy(model.call(x), y);
        optimizer.step();

        Assert.Contains("modified by an inplace operation", Assert.ThrowsAny<Exception>(loss.backward).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Second_derivatives_are_refused()
    {
        using var scope = NewDisposeScope();
        using var model = StorageTests.Model(Storage.Compressed);
        var (x, _) = HandMadeMlp.Batch(4);
        var sum = model.call(x).sum();

        Assert.Contains("first derivatives", Assert.ThrowsAny<Exception>(() => autograd.grad([sum], [model.Up.weight], create_graph: true)).Message, StringComparison.Ordinal);
    }
}
