using SuParDsl.Lab.Data;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Training;

/// <summary>Cross-entropy of a model's prediction of every next token.</summary>
internal static class LanguageLoss
{
    /// <summary>The mean loss of a batch in nats a token, as a tensor to differentiate.</summary>
    public static Tensor Of(Model model, Batch batch, Device device)
    {
        using var scope = NewDisposeScope();
        var inputs = Ids(batch.Inputs, batch, device);
        var targets = Ids(batch.Targets, batch, device);
        return Of(model.call(inputs), targets).MoveToOuterDisposeScope();
    }

    /// <summary>The mean loss of logits against the tokens that follow.</summary>
    public static Tensor Of(Tensor logits, Tensor targets) =>
        nn.functional.cross_entropy(logits.view(-1, logits.shape[^1]), targets.view(-1));

    /// <summary>The mean loss of some batches, without gradients and dropout.</summary>
    public static Evaluation Evaluate(Model model, IEnumerable<Batch> batches, Device device, int step)
    {
        using var frozen = no_grad();
        model.eval();
        var (sum, tokens) = (0.0, 0L);
        foreach (var batch in batches)
        {
            using var scope = NewDisposeScope();
            sum += Of(model, batch, device).ToDouble() * batch.Inputs.Length;
            tokens += batch.Inputs.Length;
        }

        model.train();
        return new(step, sum / tokens, tokens);
    }

    /// <summary>Token ids, rows × context.</summary>
    public static Tensor Ids(long[] ids, Batch batch, Device device) => tensor(ids, [batch.Rows, batch.Context], device: device);
}
