using System.ComponentModel;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// Rotary positions (Su et al., arXiv 2104.09864): coordinates i and i + d/2 of position t are rotated by t·θ^(−2i/d).
/// </summary>
public sealed class Rope : Layer
{
    private readonly int size;
    private readonly double theta;
    private readonly RopeScaling? scaling;
    private Tensor? cosines, sines;

    /// <summary>A rotation of heads of size <paramref name="size"/>.</summary>
    /// <param name="size">The size of a head.</param>
    /// <param name="theta">θ, the base of the frequencies.</param>
    /// <param name="scaling">How the frequencies are scaled for longer windows; null for no scaling.</param>
    /// <exception cref="SizeException">The size is not an even positive number, or θ is not above 1.</exception>
    public Rope(int size, double theta = 10000, RopeScaling? scaling = null)
    {
        this.scaling = scaling;
        this.size = size > 0 && size % 2 == 0
            ? size : throw new SizeException($"the size of a Rope is {size}: it must be even and positive");
        this.theta = theta > 1 && double.IsFinite(theta) ? theta
            : throw new SizeException($"θ of a Rope is {theta}: it must be above 1");
    }

    /// <inheritdoc cref="Layer{T, TResult}.Declare"/>
    [EditorBrowsable(EditorBrowsableState.Advanced)]
    public void Declare(ParameterScope scope, Extent size) => Declare(scope);

    /// <summary>… T size → … T size.</summary>
    public override Tensor forward(Tensor input)
    {
        var (start, t, half) = (KeyValues?.Length ?? 0, input.shape[^2], size / 2);
        Tabulate(start + t, input.dtype, input.device);
        using var scope = NewDisposeScope();
        var (cos, sin) = (cosines!.narrow(0, start, t), sines!.narrow(0, start, t));
        var (first, second) = (input.narrow(-1, 0, half), input.narrow(-1, half, half));
        return cat([(first * cos) - (second * sin), Functional.Add(second * cos, first * sin)], -1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            cosines?.Dispose();
            sines?.Dispose();
        }

        base.Dispose(disposing);
    }

    // Cached between calls, because the angles depend on the length only. Longer sequences than the longest so far get a table of
    // twice the length, because generation makes them longer by one position at a time.
    private void Tabulate(long length, ScalarType dtype, Device device)
    {
        if (cosines is not null && cosines.shape[0] >= length && cosines.IsLike(dtype, device))
        {
            return;
        }

        var old = cosines?.shape[0] ?? 0;
        length = length <= old ? old : Math.Max(length, 2 * old);
        cosines?.Dispose();
        sines?.Dispose();
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var half = size / 2;
        double[] frequencies =
            [.. Enumerable.Range(0, half).Select(i => Math.Pow(theta, -2.0 * i / size)).Select(f => scaling?.Scale(f) ?? f)];
        var angles = tensor(
            [.. from t in Enumerable.Range(0, (int)length) from frequency in frequencies select (float)(t * frequency)],
            [length, half]);
        cosines = angles.cos().to(dtype, device).DetachFromDisposeScope();
        sines = angles.sin().to(dtype, device).DetachFromDisposeScope();
    }
}
