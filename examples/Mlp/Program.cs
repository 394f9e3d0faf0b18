using Digits;
using SuParDsl.Lab;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Training;

var mlp = new Example<Mlp, Mlp.Size>(
    "Mlp",
    "A sparse perceptron on SµPar that reads handwritten digits.",
    Mlp.Base with { Width = 512, Density = 1 / 16.0 })
{
    Data = new ImageData(classes: nameof(Mlp.Size.Classes), pixels: nameof(Mlp.Size.Input)),
    Loss = Loss.Classification,
    Training = new TrainingOptions { Steps = 1000, Batch = 64, LearningRate = 1e-3, Warmup = 50, LrDecay = LrDecay.Linear },
    CheckSize = Mlp.Base,
};

return Lab.Run(args, mlp);
