using System.ComponentModel;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>The maximum of each square of pixels, B C H W → B C H′ W′.</summary>
public sealed class MaxPool2d : Layer
{
    private readonly int kernel, stride, padding;

    /// <summary>
    /// A pool over squares of <paramref name="kernel"/> × <paramref name="kernel"/> pixels. A <paramref name="stride"/> of 0
    /// means the kernel size.
    /// </summary>
    /// <exception cref="SizeException">A size is outside its range.</exception>
    public MaxPool2d(int kernel, int stride = 0, int padding = 0)
    {
        this.kernel = Positive(kernel, nameof(kernel), nameof(MaxPool2d));
        this.stride = stride == 0 ? kernel : Positive(stride, nameof(stride), nameof(MaxPool2d));
        this.padding = padding >= 0 && padding <= kernel / 2
            ? padding
            : throw new SizeException($"padding of a MaxPool2d is {padding}: it must be in [0, {kernel / 2}], half the kernel");
    }

    /// <inheritdoc cref="Layer{T, TResult}.Declare"/>
    [EditorBrowsable(EditorBrowsableState.Advanced)]
    public new void Declare(ParameterScope scope) => base.Declare(scope);

    /// <summary>B C H W → B C H′ W′.</summary>
    public override Tensor forward(Tensor input) =>
        nn.functional.max_pool2d(input, [kernel, kernel], [stride, stride], [padding, padding]);
}

/// <summary>The mean of each square of pixels, B C H W → B C H′ W′.</summary>
public sealed class AvgPool2d : Layer
{
    private readonly int kernel, stride, padding;

    /// <summary>
    /// A pool over squares of <paramref name="kernel"/> × <paramref name="kernel"/> pixels. A <paramref name="stride"/> of 0
    /// means the kernel size.
    /// </summary>
    /// <exception cref="SizeException">A size is outside its range.</exception>
    public AvgPool2d(int kernel, int stride = 0, int padding = 0)
    {
        this.kernel = Positive(kernel, nameof(kernel), nameof(AvgPool2d));
        this.stride = stride == 0 ? kernel : Positive(stride, nameof(stride), nameof(AvgPool2d));
        this.padding = padding >= 0 && padding <= kernel / 2
            ? padding
            : throw new SizeException($"padding of an AvgPool2d is {padding}: it must be in [0, {kernel / 2}], half the kernel");
    }

    /// <inheritdoc cref="Layer{T, TResult}.Declare"/>
    [EditorBrowsable(EditorBrowsableState.Advanced)]
    public new void Declare(ParameterScope scope) => base.Declare(scope);

    /// <summary>B C H W → B C H′ W′.</summary>
    public override Tensor forward(Tensor input) =>
        nn.functional.avg_pool2d(input, [kernel, kernel], [stride, stride], [padding, padding]);
}

/// <summary>Enlarges an image by repeating each pixel, B C H W → B C factor·H factor·W.</summary>
public sealed class Upsample2d : Layer
{
    private readonly int factor;

    /// <summary>An enlargement by an integer factor.</summary>
    /// <exception cref="SizeException">The factor is not positive.</exception>
    public Upsample2d(int factor) => this.factor = Positive(factor, nameof(factor), nameof(Upsample2d));

    /// <inheritdoc cref="Layer{T, TResult}.Declare"/>
    [EditorBrowsable(EditorBrowsableState.Advanced)]
    public new void Declare(ParameterScope scope) => base.Declare(scope);

    /// <summary>B C H W → B C factor·H factor·W.</summary>
    public override Tensor forward(Tensor input) => nn.functional.interpolate(input, scale_factor: [factor, factor]);
}
