using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>The result of <c>.Split</c>. It deconstructs into the parts.</summary>
public sealed class Parts
{
    private readonly Tensor[] parts;

    internal Parts(Tensor[] parts) => this.parts = parts;

    /// <summary>Two parts.</summary>
    public void Deconstruct(out Tensor a, out Tensor b) => (a, b) = (parts[0], parts[1]);

    /// <summary>Three parts.</summary>
    public void Deconstruct(out Tensor a, out Tensor b, out Tensor c) => (a, b, c) = (parts[0], parts[1], parts[2]);

    /// <summary>Four parts.</summary>
    public void Deconstruct(out Tensor a, out Tensor b, out Tensor c, out Tensor d) =>
        (a, b, c, d) = (parts[0], parts[1], parts[2], parts[3]);
}
