using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>The flow language's pipe, <c>x | Layer</c>. It is read at compile time and never runs.</summary>
public static class Pipe
{
    extension(Tensor)
    {
        /// <summary>Applies a layer to the tensor.</summary>
        public static Tensor operator |(Tensor x, nn.Module<Tensor, Tensor> layer) => throw Activation.NeverRuns();

        /// <summary>Applies an activation function to the tensor.</summary>
        public static Tensor operator |(Tensor x, Activation activation) => throw Activation.NeverRuns();
    }
}
