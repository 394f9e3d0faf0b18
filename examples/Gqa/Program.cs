using Gqa;
using SuParDsl.Lab;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Training;

var llama = new Example<Llama, Llama.Size>(
    "Gqa",
    "A Llama-like GPT on SµPar: rotary positions, grouped-query attention and SwiGLU.",
    Llama.Base with { Width = 256, Layers = 4, Attn = 1 / 4.0, Mlp = 1 / 8.0 })
{
    Data = new TextData(vocabulary: nameof(Llama.Size.Vocab), context: nameof(Llama.Size.Context)),
    Training = new TrainingOptions { Steps = 1200, Batch = 8, LearningRate = 4e-3, Warmup = 60, LrDecay = LrDecay.Linear },
    // σ·α_in = 1: the residual stream starts at the scale of normalized activations, so that only the branches show the depth.
    CheckSize = Llama.Base with { Width = 128, Context = 64, AlphaIn = 50 },
};

return Lab.Run(args, llama);
