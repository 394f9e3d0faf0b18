using SuParDsl.Lab;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Training;
using SuParLab;

return Lab.Run(args, new Example<Net, Net.Size>("SuParLab", "Tells three spirals apart.", Net.Base)
{
    Data = new BatchData(
        "three spirals",
        (rows, seed, step) => Spirals.Points(rows, (int)(seed * 100_003 + step)),
        (rows, count) => Enumerable.Range(1, count).Select(i => Spirals.Points(rows, int.MaxValue - i))),
    Loss = Loss.Classification,
    Training = new TrainingOptions { Steps = 400, Batch = 128, Warmup = 20 },
});
