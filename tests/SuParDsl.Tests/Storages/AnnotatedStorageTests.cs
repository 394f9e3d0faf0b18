using static TorchSharp.torch;

namespace SuParDsl.Tests.Storages;

/// <summary>A model whose attributes choose the storage of its matrices.</summary>
[Model, Sparse(nameof(density), Storage = Storage.Compressed)]
public partial class Kept([MuWidth(16)] int width, [Density] double density = 1.0)
{
    public Linear Covered { get; } = new(width, width);

    [Sparse(nameof(density), Storage = Storage.Masked)]
    public Linear Own { get; } = new(width, width);

    // The matrix is too small for Auto to compress it.
    [Sparse(nameof(density))]
    public Linear Either { get; } = new(width, width);

    [Flow] Tensor Flow(Tensor x) => x | Covered | Gelu | Own | Gelu | Either;
}

public sealed class AnnotatedStorageTests
{
    [Fact]
    public void A_matrix_is_stored_as_its_attribute_says_unless_the_model_chooses_a_storage()
    {
        using var model = new Kept(Kept.Base with { Density = 0.25 }, seed: 1);
        Assert.Equal((Storage.Compressed, Storage.Masked, Storage.Masked), Storages(model));

        model.UseStorage(Storage.Compressed);
        Assert.Equal((Storage.Compressed, Storage.Compressed, Storage.Compressed), Storages(model));
        model.UseStorage(Storage.Masked);
        Assert.Equal((Storage.Masked, Storage.Masked, Storage.Masked), Storages(model));
        model.UseStorage(Storage.Auto);
        Assert.Equal((Storage.Compressed, Storage.Masked, Storage.Masked), Storages(model));
        Assert.Contains(
            "compressed storage is requested for Covered.weight",
            Assert.Throws<NotSupportedException>(() => model.to(ScalarType.Float64)).Message);
    }

    [Fact]
    public void A_dense_model_has_nothing_to_compress()
    {
        using var model = new Kept(Kept.Base, seed: 1);
        Assert.Equal((Storage.Masked, Storage.Masked, Storage.Masked), Storages(model));
    }

    private static (Storage Covered, Storage Own, Storage Either) Storages(Kept model) =>
        (model.Covered.Storage, model.Own.Storage, model.Either.Storage);
}
