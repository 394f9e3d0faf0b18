using NanoGpt;
using SuParDsl.Lab;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Training;

var nanoGpt = new Example<Gpt, Gpt.Size>(
    "NanoGpt",
    "nanoGPT on SµPar: a sparse GPT that learns to write, one character at a time.",
    Gpt.Base with { Width = 256, Layers = 4, Context = 128, Density = 1 / 8.0 })
{
    Data = new TextData(vocabulary: nameof(Gpt.Size.Vocab), context: nameof(Gpt.Size.Context)),
    Training = new TrainingOptions { Steps = 1200, Batch = 8, LearningRate = 4e-3, Warmup = 60, LrDecay = LrDecay.Linear },
    // The base hyperparameters of the SµPar paper's own checks (arXiv 2405.15743, table 3), on two blocks.
    CheckSize = Gpt.Base with { Layers = 2, Context = 64, Sigma = 0.08665602, AlphaIn = 9.1705, AlphaOut = 1.0951835 },
    Reference = ReferenceRuns.Mapping,
    Formats = [Formats.Transformers, Formats.NanoGpt],
};

return Lab.Run(args, nanoGpt);
