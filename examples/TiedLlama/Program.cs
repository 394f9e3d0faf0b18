using Llama;
using SuParDsl.Lab;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Interop;
using SuParDsl.Lab.Training;
using SuParDsl.Parameterization;
using TiedLlama;

const bool Tied = true;
var llama = new Example<TiedLlamaModel, TiedLlamaModel.Size>(
    "TiedLlama",
    "Llama with a tied readout on SµPar: imports and exports weights, makes them sparse and trains them on.",
    TiedLlamaModel.Base with { Width = 256, Density = 1 / 4.0 })
{
    Data = new TextData(vocabulary: nameof(TiedLlamaModel.Size.Vocab), context: nameof(TiedLlamaModel.Size.Context)),
    Training = new TrainingOptions { Steps = 1200, Batch = 8, LearningRate = 4e-3, Warmup = 60, LrDecay = LrDecay.Linear },
    Formats =
    [
        new WeightFormat<TiedLlamaModel.Size>("hf", [.. LlamaLayout.Architectures])
        {
            Size = static (checkpoint, given) =>
            {
                var layout = LlamaLayout.Read(checkpoint, Tied);
                var readout = RuleTable.Of(given.Rule, Role.Output, Quantity.Forward);
                return given with
                {
                    Width = layout.Width, Hidden = layout.Hidden, Layers = layout.Layers, Vocab = layout.Vocab,
                    Context = layout.Context, HeadDim = layout.HeadDim, Groups = layout.Groups, Theta = layout.Theta,
                    RopeFactor = layout.Scaling.Factor, RopeContext = layout.Scaling.Context,
                    RopeLow = layout.Scaling.Low, RopeHigh = layout.Scaling.High, Epsilon = layout.Epsilon,
                    // Llama's logits and attention have no factors, so that these undo the rule's.
                    AlphaIn = 1,
                    AlphaAttn = 1 / LlamaLayout.Attention(given.Rule, layout.HeadDim, TiedLlamaModel.Base.HeadDim),
                    AlphaOut = 1 / readout.At((double)layout.Width / TiedLlamaModel.Base.Width, 1, 1),
                };
            },
            Config = static size => new LlamaLayout(
                size.Width, size.Hidden, size.Layers, size.Vocab, size.Context, size.HeadDim, size.Groups, size.Theta,
                new(size.RopeFactor, size.RopeContext, size.RopeLow, size.RopeHigh), size.Epsilon).Config(Tied),
            Weights = static (size, table) => LlamaLayout.Rows(
                Tied, size.AlphaIn, size.AlphaOut * table.ReadoutOf("Tok.weight"),
                size.AlphaAttn * LlamaLayout.Attention(size.Rule, size.HeadDim, TiedLlamaModel.Base.HeadDim)),
            Ignored = ["model.layers.*.self_attn.rotary_emb.inv_freq"],
            Duplicates = new Dictionary<string, string> { ["lm_head.weight"] = "model.embed_tokens.weight" },
        },
    ],
};

return Lab.Run(args, llama);
