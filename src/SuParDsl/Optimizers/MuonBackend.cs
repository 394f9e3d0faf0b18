using SuParDsl.Engine;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl.Optimizers;

/// <summary>
/// Muon (Jordan et al., 2024) for matrices: w ← (1 − η·λ)·w − η·O, where O approximates the semi-orthogonal matrix that is
/// nearest to the Nesterov momentum of the gradient, by five Newton-Schulz steps. The mask is applied to O, so masked weights
/// stay zero. A compressed matrix is made dense for these steps, and a convolution's weight is treated as outputs ×
/// (inputs · kernel).
/// </summary>
internal sealed class MuonBackend : OptimizerBackend
{
    private const int NewtonSchulzSteps = 5;

    private readonly Scalar momentum;
    private readonly
        (Parameter[] Parameters, Tensor[] Buffers, Tensor?[] Masks, CompressedWeight?[] Compressed, double Decay)[] groups;
    private readonly double[] rates;

    public MuonBackend(
        IReadOnlyList<(Parameter[] Parameters, Tensor?[] Masks, CompressedWeight?[] Compressed, double Decay)> groups,
        double momentum)
    {
        this.momentum = momentum.ToScalar();
        rates = new double[groups.Count];
        this.groups =
        [
            .. groups.Select(static group => (
                group.Parameters,
                group.Parameters.Select(static p => zeros_like(p).DetachFromDisposeScope()).ToArray(),
                group.Masks,
                group.Compressed,
                group.Decay)),
        ];
    }

    public override IReadOnlyList<TensorState> States =>
        [.. groups.SelectMany(static group => group.Buffers).Select(static buffer => TensorState.Of(buffer))];

    public override void SetRate(int group, double rate) => rates[group] = rate;

    public override void Step()
    {
        using var frozen = no_grad();
        foreach (var ((parameters, buffers, masks, compressed, decay), rate) in groups.Zip(rates))
        {
            using var kept = (1 - (rate * decay)).ToScalar();
            using var step = (-rate).ToScalar();
            for (var i = 0; i < parameters.Length; i++)
            {
                using var scope = NewDisposeScope();
                if (parameters[i].grad is not { } gradient)
                {
                    continue;
                }

                buffers[i].mul_(momentum).add_(gradient, Scalars.One);
                var direction = gradient.add(buffers[i], momentum);
                var update = compressed[i] is { } matrix
                    ? matrix.FromDense(Orthogonalise(matrix.ToDense(direction)))
                    : Orthogonalise(direction.flatten(1)).reshape(direction.shape);
                if (masks[i] is { } mask)
                {
                    update = update * mask;
                }

                parameters[i].mul_(kept).add_(update, step);
            }
        }
    }

    public override void Dispose()
    {
        foreach (var buffer in groups.SelectMany(static group => group.Buffers))
        {
            buffer.Dispose();
        }

        momentum.Dispose();
    }

    /// <summary>Approximates U·Vᵀ of a matrix U·S·Vᵀ: the singular values of the result are between 0.7 and 1.2.</summary>
    internal static Tensor Orthogonalise(Tensor matrix)
    {
        // The quintic's coefficients are Jordan's, chosen for the steepest slope at 0.
        using var a = 3.4445.ToScalar();
        using var b = (-4.7750).ToScalar();
        using var c = 2.0315.ToScalar();
        using var tiny = 1e-7.ToScalar();
        var tall = matrix.shape[0] > matrix.shape[1];
        var x = tall ? matrix.t() : matrix;
        x = x / x.norm().add(tiny, Scalars.One);
        for (var step = 0; step < NewtonSchulzSteps; step++)
        {
            var gram = x.mm(x.t());
            var polynomial = gram.mul(b).add_(gram.mm(gram), c);
            x = x.mul(a).add_(polynomial.mm(x), Scalars.One);
        }

        return tall ? x.t() : x;
    }
}
