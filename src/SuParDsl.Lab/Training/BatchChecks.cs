using SuParDsl.Lab.Data;
using SuParDsl.Lab.Errors;

namespace SuParDsl.Lab.Training;

/// <summary>Verifies that a data source returns batches of the requested number of examples.</summary>
internal static class BatchChecks
{
    /// <summary>Wraps data so that each batch is verified when it is read, and a failure names the data.</summary>
    public static OpenData Checked(OpenData data) => data with
    {
        Training = (rows, seed, step) =>
        {
            var name = $"the training batch of step {step} ({data.Name})";
            return Require(OwnCode.Read(name, () => data.Training(rows, seed, step)), name, rows, rows, $"{rows} were requested");
        },
        Validation = (rows, count) => Validation(data, rows, count),
    };

    private static IEnumerable<Batch> Validation(OpenData data, int rows, int count)
    {
        using var batches = OwnCode.Read(
            $"the validation data ({data.Name})", () => data.Validation(rows, count).GetEnumerator());
        for (var index = 0; ; index++)
        {
            var name = $"validation batch {index} ({data.Name})";
            if (!OwnCode.Read(name, batches.MoveNext))
            {
                if (index > 0)
                {
                    yield break;
                }

                throw new UserException($"the validation data ({data.Name}) have no batch: return at least one");
            }

            yield return Require(batches.Current, name, 1, rows, $"from 1 to {rows} were requested");
        }
    }

    private static Batch Require(Batch batch, string name, int least, int most, string asked)
    {
        var (inputs, targets) = batch;
        foreach (var (part, tensor) in batch.Parts)
        {
            if (tensor.dim() == 0 || targets.dim() == 0 || tensor.shape[0] != targets.shape[0])
            {
                throw new UserException(
                    $"{name} has {(part.Length == 0 ? "inputs" : $"an input '{part}'")} of shape {Text(tensor)} "
                    + $"and targets of shape {Text(targets)}: the first axis of both must count the examples");
            }
        }

        var given = inputs.shape[0];
        return given >= least && given <= most
            ? batch
            : throw new UserException($"{name} has {given} {Examples(given)} (inputs of shape {Text(inputs)}), but {asked}");
    }

    private static string Examples(long count) => count == 1 ? "example" : "examples";

    private static string Text(Tensor tensor) => $"[{string.Join(", ", tensor.shape)}]";
}
