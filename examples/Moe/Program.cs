using Moe;
using SuParDsl.Lab;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Training;

var moe = new Example<MoeGpt, MoeGpt.Size>(
    "Moe",
    "A GPT with mixtures of sparse experts on SµPar.",
    MoeGpt.Base with { Width = 256, Density = 1 / 4.0 })
{
    Data = new TextData(vocabulary: nameof(MoeGpt.Size.Vocab), context: nameof(MoeGpt.Size.Context)),
    Training = new TrainingOptions { Steps = 600, Batch = 16, LearningRate = 4e-3, Warmup = 60, LrDecay = LrDecay.Linear },
    // σ·α_in = 1: the residual stream starts at the scale of normalized activations.
    CheckSize = MoeGpt.Base with { AlphaIn = 50 },
};

return Lab.Run(args, moe);
