using TorchSharp;

namespace SuParDsl.Torch.Tests;

/// <summary>Comparisons of tensors with numbers.</summary>
internal static class Values
{
    public static void Are(torch.Tensor tensor, params double[] expected)
    {
        var actual = tensor.detach().to(torch.float64).contiguous().reshape(-1).data<double>().ToArray();
        Assert.Equal(expected.Length, actual.Length);
        for (int k = 0; k < expected.Length; k++)
            Assert.True(double.IsNaN(expected[k]) ? double.IsNaN(actual[k]) : Math.Abs(expected[k] - actual[k]) <= 1e-5 * (1 + Math.Abs(expected[k])),
                $"element {k}: expected {expected[k]}, got {actual[k]}");
    }

    public static void Shape(torch.Tensor tensor, params long[] expected) => Assert.Equal(expected, tensor.shape);

    /// <summary>Compares a function's gradient with central differences, in float64.</summary>
    public static void Gradient(Func<torch.Tensor, torch.Tensor> f, params double[] at)
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.tensor(at, requires_grad: true);
        f(x).sum().backward();
        var gradient = x.grad!.data<double>().ToArray();
        const double step = 1e-6;
        for (int k = 0; k < at.Length; k++)
        {
            double At(double shift)
            {
                var moved = (double[])at.Clone();
                moved[k] += shift;
                return f(torch.tensor(moved)).sum().ToDouble();
            }
            double expected = (At(step) - At(-step)) / (2 * step);
            Assert.True(Math.Abs(expected - gradient[k]) < 1e-5 * (1 + Math.Abs(expected)), $"d/dx[{k}]: {expected} against {gradient[k]}");
        }
    }
}
