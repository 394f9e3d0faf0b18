using SuParDsl.Lab.Data;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Tests.Generation;

/// <summary>A language model that cannot run with a key-value cache: each position sees the mean of all before it.</summary>
[Model]
public partial class Averages([MuWidth(16)] int width, int vocab = 256, int context = 16)
{
    public Embedding Tok { get; } = new(vocab, width);
    public Linear    Mix { get; } = new(width, width);

    [Flow] Tensor Flow(Tensor ids) => Means(ids | Tok) | Mix | Relu | Tok.Unembed;

    [Op("B T d -> B T d")]
    private static Tensor Means(Tensor x)
    {
        using var scope = NewDisposeScope();
        var counts = arange(1, x.shape[1] + 1).to_type(float32).unsqueeze(1);
        return (x.cumsum(1) / counts).MoveToOuterDisposeScope();
    }
}

public static class AveragesProgram
{
    public static Example<Averages, Averages.Size> Example { get; } = new("Averages", "A bag of words.", Averages.Base)
    {
        Data = new TextData(vocabulary: nameof(Averages.Size.Vocab), context: nameof(Averages.Size.Context)),
        Training = new() { Steps = 3, Batch = 2, Warmup = 1, EvalBatches = 1, SampleLength = 5 },
    };
}
