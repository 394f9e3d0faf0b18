using System.ComponentModel;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// Linear position biases (Press et al., arXiv 2108.12409): head h of n adds −2^(−8·(h+1)/n)·|t − s| to the logit of
/// position t for position s. Pass it to attention as <c>Attention(…, position: Slopes)</c>.
/// </summary>
public sealed class Alibi : Layer
{
    private readonly int heads;
    private Tensor? biases, ofLast;

    /// <summary>Biases for <paramref name="heads"/> query heads.</summary>
    /// <exception cref="SizeException">The number is not positive.</exception>
    public Alibi(int heads) => this.heads = Positive(heads, nameof(heads), nameof(Alibi));

    /// <inheritdoc cref="Layer{T, TResult}.Declare"/>
    [EditorBrowsable(EditorBrowsableState.Advanced)]
    public void Declare(ParameterScope scope, Extent heads) => Declare(scope);

    /// <summary>logits B heads T S → logits B heads T S.</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return Functional.Add(input, Biases(input.shape[^2], input.shape[^1], input.dtype, input.device))
            .MoveToOuterDisposeScope();
    }

    /// <summary>The biases of the last T of S positions, heads T S. This layer owns their memory.</summary>
    internal Tensor Biases(long queries, long keys, ScalarType dtype, Device device)
    {
        if (queries == 1)
        {
            return OfLast(keys, dtype, device);
        }

        if (biases is null
            || !biases.shape.SequenceEqual([heads, queries, keys])
            || !biases.IsLike(dtype, device))
        {
            biases?.Dispose();
            biases = Computed(queries, keys, dtype, device);
        }

        return biases;
    }

    // The biases of one query are the last columns of those for more keys. Generation asks for one key more at each step.
    private Tensor OfLast(long keys, ScalarType dtype, Device device)
    {
        if (ofLast is null || ofLast.shape[^1] < keys || !ofLast.IsLike(dtype, device))
        {
            var old = ofLast?.shape[^1] ?? 0;
            var length = keys <= old ? old : Math.Max(keys, 2 * old);
            ofLast?.Dispose();
            ofLast = Computed(1, length, dtype, device);
        }

        return ofLast.narrow(-1, ofLast.shape[^1] - keys, keys);
    }

    private Tensor Computed(long queries, long keys, ScalarType dtype, Device device)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var slopes = tensor([.. Enumerable.Range(1, heads).Select(h => (float)Math.Pow(2, -8.0 * h / heads))], [heads, 1, 1]);
        var distance =
            (Functional.Range(keys - queries, keys, CPU).unsqueeze(1) - Functional.Range(0, keys, CPU).unsqueeze(0)).abs();
        return (slopes * -distance.to_type(float32)).to(dtype, device).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            biases?.Dispose();
            ofLast?.Dispose();
        }

        base.Dispose(disposing);
    }
}
