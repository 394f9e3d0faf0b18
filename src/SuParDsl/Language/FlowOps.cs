using TorchSharp;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>The flow operations that are neither layers nor marked [Op]. They are read at compile time and never run.</summary>
public static class FlowOps
{
    /// <summary>max(x, 0).</summary>
    public static Activation Relu => Activation.Instance;

    /// <summary>x·Φ(x), exact.</summary>
    public static Activation Gelu => Activation.Instance;

    /// <summary>x·Φ(x), by the tanh approximation.</summary>
    public static Activation GeluTanh => Activation.Instance;

    /// <summary>x·σ(x), also called swish.</summary>
    public static Activation Silu => Activation.Instance;

    /// <summary>1/(1 + e^−x).</summary>
    public static Activation Sigmoid => Activation.Instance;

    /// <summary>The hyperbolic tangent.</summary>
    public static Activation Tanh => Activation.Instance;

    /// <summary>The softmax over the last axis.</summary>
    public static Activation Softmax => Activation.Instance;

    /// <summary>e^x.</summary>
    public static Activation Exp => Activation.Instance;

    /// <summary>The natural logarithm.</summary>
    public static Activation Log => Activation.Instance;

    /// <summary>The square root.</summary>
    public static Activation Sqrt => Activation.Instance;

    /// <summary>|x|.</summary>
    public static Activation Abs => Activation.Instance;

    /// <summary>log(1 + e^x).</summary>
    public static Activation Softplus => Activation.Instance;

    /// <summary>x without its gradient: nothing is learned through it.</summary>
    public static Activation Detach => Activation.Instance;

    /// <summary>The larger of two tensors, element by element.</summary>
    public static Tensor Maximum(Tensor first, Tensor second) => throw Activation.NeverRuns();

    /// <summary>The smaller of two tensors, element by element.</summary>
    public static Tensor Minimum(Tensor first, Tensor second) => throw Activation.NeverRuns();

    /// <summary>The positions 0 … T−1 of ids of shape B T.</summary>
    public static Tensor Positions(Tensor ids) => throw Activation.NeverRuns();

    /// <summary>
    /// Attention over the last two axes of B heads T d: softmax(q·kᵀ·scale)·v, where the rule determines the scale. A query
    /// attends to a key only if every given argument allows it.
    /// </summary>
    /// <param name="q">Queries, B heads T d.</param>
    /// <param name="k">Keys, B heads S d, or fewer heads that queries share in groups.</param>
    /// <param name="v">Values, B heads S d, with as many heads as the keys.</param>
    /// <param name="causal">Whether a query attends only to its own position and earlier ones.</param>
    /// <param name="position">Biases on the logits by distance.</param>
    /// <param name="mask">
    /// T S, B T S or B heads T S: bool, true where a query attends to a key, or numbers that are added to the logits.
    /// </param>
    /// <param name="keyMask">B S, bool or integers: true or not 0 where a key is real, false or 0 where it is padding.</param>
    /// <param name="documents">
    /// B T, integers: the documents of a packed sequence. A query attends only to its own document.
    /// </param>
    /// <param name="window">
    /// The sliding window: a query attends to its own position and the window − 1 positions before it, and to as many after it if
    /// the attention is not causal.
    /// </param>
    /// <param name="dropout">The dropout of attention's probabilities.</param>
    public static Tensor Attention(
        Tensor q, Tensor k, Tensor v, bool causal, Alibi? position = null, Tensor? mask = null, Tensor? keyMask = null,
        Tensor? documents = null, int? window = null, Dropout? dropout = null) =>
        throw Activation.NeverRuns();

    /// <summary>Concatenates tensors along the channels of B C H W, and along the last axis of other shapes.</summary>
    public static Tensor Cat(params Tensor[] parts) => throw Activation.NeverRuns();

    /// <summary>Concatenates two tensors along the given axis.</summary>
    public static Tensor Cat(Tensor first, Tensor second, int axis) => throw Activation.NeverRuns();

    extension(Tensor x)
    {
        /// <summary>B T width → B width/size T size.</summary>
        public Tensor Heads(int size) => throw Activation.NeverRuns();

        /// <summary>B heads T size → B T heads·size.</summary>
        public Tensor Merge() => throw Activation.NeverRuns();

        /// <summary>B C H W → B H·W C.</summary>
        public Tensor Tokens() => throw Activation.NeverRuns();

        /// <summary>The mean over positions: B C H W → B C, B T C → B C.</summary>
        public Tensor Pool() => throw Activation.NeverRuns();

        /// <summary>The mean over an axis, which is removed.</summary>
        public Tensor Mean(int axis) => throw Activation.NeverRuns();

        /// <summary>The sum over an axis, which is removed.</summary>
        public Tensor Sum(int axis) => throw Activation.NeverRuns();

        /// <summary>Exchanges two axes.</summary>
        public Tensor Transpose(int first, int second) => throw Activation.NeverRuns();

        /// <summary>
        /// Replaces all axes but the first by one to four axes of the given sizes, whose product must be the same; −1 stands for
        /// the size that is left.
        /// </summary>
        public Tensor Reshape(int first, int second = 0, int third = 0, int fourth = 0) => throw Activation.NeverRuns();

        /// <summary>Splits the last axis into equal parts: <c>var (q, k, v) = (x | Qkv).Split(3);</c></summary>
        public Parts Split(int count) => throw Activation.NeverRuns();
    }

    /// <summary>Splits the last axis into parts of the given sizes.</summary>
    // Roslyn 5.0 warns (CS8620) of arguments for `params` in an extension block: see findings/roslyn-extension-params-warn.sh.
    public static Parts Split(this Tensor x, int first, int second, params int[] others) => throw Activation.NeverRuns();
}

/// <summary>An activation function of the flow language: <c>x | Relu</c>.</summary>
public sealed class Activation
{
    private Activation()
    {
    }

    internal static Activation Instance { get; } = new();

    internal static InvalidOperationException NeverRuns() =>
        new("a [Flow] method is a declaration that never runs: call forward, which has the multipliers (SUP131)");
}
