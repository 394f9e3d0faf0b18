using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SuParDsl.Benchmarks;

/// <summary>nanoGPT, written by hand with TorchSharp: the baseline of the emitted code.</summary>
internal sealed class HandWrittenGpt : Module<Tensor, Tensor>
{
    private readonly TorchSharp.Modules.Embedding tok, pos;
    private readonly ModuleList<HandWrittenBlock> blocks = [];
    private readonly TorchSharp.Modules.LayerNorm final;

    public HandWrittenGpt(int width, int layers, int vocab, int context, int headDim) : base(nameof(HandWrittenGpt))
    {
        tok = nn.Embedding(vocab, width);
        pos = nn.Embedding(context, width);
        for (var i = 0; i < layers; i++)
        {
            blocks.Add(new(width, headDim));
        }

        final = nn.LayerNorm([width]);
        RegisterComponents();
        using var frozen = no_grad();
        foreach (var (name, parameter) in named_parameters())
        {
            if (parameter.dim() > 1)
            {
                parameter.normal_(0, 0.02);
            }
        }
    }

    public override Tensor forward(Tensor ids)
    {
        using var scope = NewDisposeScope();
        var x = tok.call(ids) + pos.call(arange(ids.shape[1], int64));
        foreach (var block in blocks)
        {
            x = block.call(x);
        }

        return functional.linear(final.call(x), tok.weight!).MoveToOuterDisposeScope();
    }
}

internal sealed class HandWrittenBlock : Module<Tensor, Tensor>
{
    private readonly int headDim;
    private readonly TorchSharp.Modules.LayerNorm norm1, norm2;
    private readonly TorchSharp.Modules.Linear qkv, proj, up, down;

    public HandWrittenBlock(int width, int headDim) : base(nameof(HandWrittenBlock))
    {
        this.headDim = headDim;
        norm1 = nn.LayerNorm([width]);
        qkv = nn.Linear(width, 3 * width, hasBias: false);
        proj = nn.Linear(width, width, hasBias: false);
        norm2 = nn.LayerNorm([width]);
        up = nn.Linear(width, 4 * width, hasBias: false);
        down = nn.Linear(4 * width, width, hasBias: false);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var (b, t, d) = (x.shape[0], x.shape[1], x.shape[2]);
        var parts = qkv.call(norm1.call(x)).chunk(3, -1);
        Tensor Heads(Tensor part) => part.view(b, t, d / headDim, headDim).transpose(1, 2);
        var mixed = functional.scaled_dot_product_attention(Heads(parts[0]), Heads(parts[1]), Heads(parts[2]), is_casual: true);
        x = x + proj.call(mixed.transpose(1, 2).reshape(b, t, d));
        return (x + down.call(functional.gelu(up.call(norm2.call(x))))).MoveToOuterDisposeScope();
    }
}
