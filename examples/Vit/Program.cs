using Digits;
using SuParDsl.Lab;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Training;

var vit = new Example<Vit, Vit.Size>(
    "Vit",
    "A sparse vision transformer on SµPar that reads handwritten digits.",
    Vit.Base with { Width = 64, Layers = 2, HeadDim = 16, Patch = 7, Density = 1 / 4.0 })
{
    Data = new ImageData(classes: nameof(Vit.Size.Classes), side: nameof(Vit.Size.Image), channels: nameof(Vit.Size.Channels)),
    Loss = Loss.Classification,
    Training = new TrainingOptions { Steps = 1500, Batch = 64, LearningRate = 4e-3, Warmup = 50, WeightDecay = 0.3 },
    CheckSize = Vit.Base with { Layers = 2, HeadDim = 16, Patch = 7 },
};

return Lab.Run(args, vit);
