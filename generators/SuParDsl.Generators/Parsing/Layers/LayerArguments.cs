using System.Collections.Immutable;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Expressions;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Layers;

/// <summary>The constructor arguments of a layer.</summary>
internal sealed record LayerArguments
{
    private static readonly Dictionary<string, SizeArgument> NoSizes = [];
    private static readonly Dictionary<string, DensityArgument> NoDensities = [];
    private static readonly Dictionary<string, string> NoOthers = [];

    /// <summary>The arguments of a layer with an error that leaves its sizes unknown.</summary>
    public static LayerArguments Broken { get; } = new() { IsBroken = true };

    /// <summary>The count of a Repeat.</summary>
    public SizeArgument? Count { get; init; }

    /// <summary>The name of a Repeat's index, if a density of its blocks depends on it.</summary>
    public string? Index { get; init; }

    /// <summary>The sizes of an <c>Experts</c>.</summary>
    public ExpertSizes? Experts { get; init; }

    /// <summary>The sizes, by parameter name.</summary>
    public IReadOnlyDictionary<string, SizeArgument> Sizes { get; init; } = NoSizes;

    /// <summary>The sizes of a raw weight.</summary>
    public ImmutableArray<SizeArgument> SizeList { get; init; } = [];

    /// <summary>The densities, by parameter name.</summary>
    public IReadOnlyDictionary<string, DensityArgument> Densities { get; init; } = NoDensities;

    /// <summary>The other arguments as C# over the class's parameters, by parameter name.</summary>
    public IReadOnlyDictionary<string, string> Others { get; init; } = NoOthers;

    /// <summary>The initialization of a raw weight, if it is stated.</summary>
    public TensorInitialization? Start { get; init; }

    /// <summary>The input and output axes of a raw weight, if <c>[Fan]</c> states them.</summary>
    public (int In, int Out)? Fan { get; init; }

    /// <summary>The divisions in the sizes.</summary>
    public ImmutableArray<Division> Divisions { get; init; } = [];

    /// <summary>The parameters of the class that the arguments read.</summary>
    public ImmutableArray<string> Reads { get; init; } = [];

    /// <summary>Whether an error leaves the sizes unknown.</summary>
    public bool IsBroken { get; init; }

    /// <summary>The value of a size parameter in terms of the class's own parameters.</summary>
    public Polynomial? Size(string parameter) => Sizes.TryGetValue(parameter, out var argument) ? argument.Size : null;
}
