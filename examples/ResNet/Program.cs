using Digits;
using SuParDsl.Lab;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Training;

var resNet = new Example<ResNet, ResNet.Size>(
    "ResNet",
    "A sparse residual network on SµPar that reads handwritten digits.",
    ResNet.Base with { Width = 16, Density = 1 / 4.0 })
{
    Data = new ImageData(classes: nameof(ResNet.Size.Classes), channels: nameof(ResNet.Size.Channels)),
    Loss = Loss.Classification,
    Training = new TrainingOptions
    {
        Steps = 300, Batch = 64, LearningRate = 2e-3, Warmup = 20, LrDecay = LrDecay.Linear, EvalEvery = 50,
    },
    CheckSize = ResNet.Base,
};

return Lab.Run(args, resNet);
