using SuParDsl.Lab.Errors;

namespace SuParDsl.Lab.Data;

/// <summary>Custom data: two functions that return batches.</summary>
/// <param name="Name">A description of the data for messages.</param>
/// <param name="Training">Returns the training batch of a step; it must be a function of seed and step alone.</param>
/// <param name="Validation">Returns the validation batches; every call must return the same ones.</param>
public sealed record BatchData(string Name, TrainingBatch Training, ValidationBatches Validation) : IDataSource
{
    /// <summary>What one target is, in the singular.</summary>
    public string Unit { get; init; } = "target";

    /// <inheritdoc/>
    public IReadOnlyList<string> Sizes => [];

    /// <inheritdoc/>
    public string Help => $"not used: this model's data are {Name}";

    /// <inheritdoc/>
    public OpenData Open(DataRequest request)
    {
        if (request.Path is { } path)
        {
            throw new UserException(
                $"--data {path}: this model trains on {Name}, which the program makes itself; leave --data out");
        }

        return new(Name, Unit, Training, Validation) { Fingerprint = Fingerprints.Line(Name, 0, 0, Unit, Hash()) };
    }

    private ulong Hash()
    {
        using var scope = torch.NewDisposeScope();
        var batch = OwnCode.Read($"the training batch of step 0 ({Name})", () => Training(2, 1, 0));
        return Fingerprints.Of(batch.Parts.Select(static part => part.Tensor).Append(batch.Targets)
            .SelectMany(static tensor => tensor.reshape(-1).to(torch.ScalarType.Float64).data<double>())
            .Select(static value => (ulong)BitConverter.DoubleToInt64Bits(value)));
    }
}
