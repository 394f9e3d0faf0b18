using SuParDsl.Lab.Sizes;

namespace SuParDsl.Lab.Handlers;

/// <summary>The options of <c>transfer</c>.</summary>
/// <param name="Sweep">The sweep's folder.</param>
/// <param name="Axes">The target values of each axis; at least one axis must have some.</param>
internal sealed record TransferOptions(string Sweep, IReadOnlyDictionary<SizeAxis, double[]> Axes)
{
    /// <summary>The rule to transfer by.</summary>
    public Rule Rule { get; init; } = Rule.SuPar;

    /// <summary>The mask method whose optimum to transfer; null if the sweep compared none.</summary>
    public SparsityMethod? Method { get; init; }

    /// <summary>The number of steps; 0 for the sweep's.</summary>
    public int Steps { get; init; }

    /// <summary>The seed of the weights, masks and batches.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>The data, which must be the sweep's.</summary>
    public DataChoice Data { get; init; } = new();

    /// <summary>The device and the number of threads.</summary>
    public EngineChoice Engine { get; init; } = new();
}
