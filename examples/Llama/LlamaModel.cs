// Llama keeps its residual branches unscaled at every depth, and its depth is not tuned on a smaller model.
#pragma warning disable SUP318

namespace Llama;

/// <summary>Llama 2 and 3: RMS norms, rotary positions, grouped queries, SwiGLU, a readout of its own.</summary>
[Model(Attention = AttentionScaling.InverseFromBase)]
public partial class LlamaModel([MuWidth(256)] int width, [MuWidth(704)] int hidden,
                                int layers = 4, int vocab = 256, int context = 128, int headDim = 64, int groups = 2,
                                double theta = 10000, double ropeFactor = 1, int ropeContext = 0, double ropeLow = 1,
                                double ropeHigh = 4, double epsilon = 1e-5,
                                [Density] double density = 1.0,
                                [InitStd] double sigma = 0.02,
                                [Multiplier] double alphaIn = 1.0, [Multiplier] double alphaAttn = 1.0,
                                [Multiplier] double alphaOut = 1.0,
                                Rule rule = Rule.SuPar)
{
    public Embedding     Tok    { get; } = new(vocab, width);
    public Repeat<Block> Blocks { get; } = new(layers, () => new(
        width, hidden, headDim, groups, alphaAttn, theta, new RopeScaling(ropeFactor, ropeContext, ropeLow, ropeHigh),
        epsilon, density));
    public RmsNorm       Final  { get; } = new(width, epsilon);
    public Linear        Head   { get; } = new(width, vocab, bias: false);

    [Flow] Tensor Flow(Tensor ids) => alphaOut * ((alphaIn * (ids | Tok)) | Blocks | Final | Head);
}
