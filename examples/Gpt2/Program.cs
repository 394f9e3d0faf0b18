using Gpt2;
using SuParDsl.Lab;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Interop;
using SuParDsl.Lab.Training;
using SuParDsl.Parameterization;

var gpt2 = new Example<Gpt2Model, Gpt2Model.Size>(
    "Gpt2",
    "GPT-2 on SµPar: imports and exports its weights, makes them sparse and trains them on.",
    Gpt2Model.Base with { Width = 256, Density = 1 / 4.0 })
{
    Data = new TextData(vocabulary: nameof(Gpt2Model.Size.Vocab), context: nameof(Gpt2Model.Size.Context)),
    Training = new TrainingOptions { Steps = 1200, Batch = 8, LearningRate = 4e-3, Warmup = 60, LrDecay = LrDecay.Linear },
    Formats =
    [
        new WeightFormat<Gpt2Model.Size>("hf", "GPT2LMHeadModel", "GPT2Model")
        {
            Size = static (checkpoint, given) =>
            {
                Gpt2Layout.Require(checkpoint.Config, "gelu_new", "gelu_pytorch_tanh");
                var width = checkpoint.Size("n_embd", "transformer.wte.weight", 1);
                var headDim = Gpt2Layout.HeadDim(checkpoint.Config, width);
                var readout = RuleTable.Of(given.Rule, Role.Output, Quantity.Forward);
                return given with
                {
                    Width = width,
                    Layers = checkpoint.Count("n_layer", "transformer.h.*.ln_1.weight"),
                    Vocab = checkpoint.Size("vocab_size", "transformer.wte.weight", 0),
                    Context = checkpoint.Size("n_positions", "transformer.wpe.weight", 0, missing: 1024),
                    HeadDim = headDim,
                    // GPT-2's logits and attention have no factors, so that these undo the rule's.
                    AlphaIn = 1,
                    AlphaAttn = 1 / Gpt2Layout.Attention(given.Rule, headDim, Gpt2Model.Base.HeadDim),
                    AlphaOut = 1 / readout.At((double)width / Gpt2Model.Base.Width, 1, 1),
                };
            },
            Config = static size => Gpt2Layout.Config(
                size.Width, size.Layers, size.Vocab, size.Context, size.HeadDim, size.Dropout, "gelu_new"),
            Weights = static (size, table) => Gpt2Layout.Rows(
                transposed: true, zeros: false, size.AlphaIn, size.AlphaOut * table.ReadoutOf("Tok.weight"),
                size.AlphaAttn * Gpt2Layout.Attention(size.Rule, size.HeadDim, Gpt2Model.Base.HeadDim)),
            Canonical = Gpt2Layout.Canonical,
            Ignored = ["transformer.h.*.attn.bias", "transformer.h.*.attn.masked_bias"],
            Duplicates = new Dictionary<string, string> { ["lm_head.weight"] = "transformer.wte.weight" },
        },
    ],
};

return Lab.Run(args, gpt2);
