namespace Digits;

/// <summary>A classifier of flat images: one dense layer in, one dense layer out, sparse layers between.</summary>
[Model]
public partial class Mlp([MuWidth(256)] int width, int input = 784, int classes = 10, [Density] double density = 1.0)
{
    public Linear Fc1  { get; } = new(input, width);          // dense: an input layer

    [Sparse(nameof(density))]                                 // chosen at run time, base density 1
    public Linear Fc2  { get; } = new(width, width);

    [Sparse(0.25)]                                            // a constant
    public Linear Fc3  { get; } = new(width, width);

    public Linear Head { get; } = new(width, classes);        // dense: the readout

    [Flow] Tensor Flow(Tensor x) => x | Fc1 | Relu | Fc2 | Relu | Fc3 | Relu | Head;
}
