namespace SuParDsl.Generators.Model;

/// <summary>How <c>Declare</c> declares the tensors of a layer.</summary>
internal abstract record LayerTensors
{
    /// <summary>A layer of the library: its own <c>Declare</c> is given its sizes.</summary>
    /// <param name="Sizes">The sizes, in the order of the layer's constructor.</param>
    /// <param name="IsTied">Whether its weight is also the readout's.</param>
    /// <param name="Options">The options of its weight.</param>
    public sealed record BuiltIn(EquatableArray<ExtentModel> Sizes, bool IsTied, LayerOptionsModel Options) : LayerTensors;

    /// <summary>A raw weight.</summary>
    /// <param name="Axes">Its axes.</param>
    /// <param name="Fan">The axes of inputs and of outputs; null if none are stated.</param>
    /// <param name="Options">The options of the weight.</param>
    public sealed record Weight(EquatableArray<ExtentModel> Axes, FanModel? Fan, LayerOptionsModel Options) : LayerTensors;

    /// <summary>A layer type of the user with a <c>[Contract]</c>: the contract states its tensors.</summary>
    public sealed record Contract(EquatableArray<ContractTensor> Tensors, LayerOptionsModel Options) : LayerTensors;

    /// <summary>A module of another library: its tensors are found at run time.</summary>
    /// <param name="In">The size of the last axis that it takes.</param>
    /// <param name="Out">The size of the last axis that it gives.</param>
    /// <param name="Role">The role of its matrices.</param>
    /// <param name="Options">The options of its weights.</param>
    public sealed record External(string In, string Out, Role Role, LayerOptionsModel Options) : LayerTensors;

    /// <summary>A block, whose own <c>Declare</c> is given the values of its parameters.</summary>
    public sealed record Block(EquatableArray<BlockArgument> Arguments) : LayerTensors;

    /// <summary>A Repeat of a block.</summary>
    /// <param name="Count">The number of blocks.</param>
    /// <param name="Repeated">The block.</param>
    /// <param name="Index">The name of the index that the block's densities depend on; null if they do not.</param>
    public sealed record Repeat(ExtentModel Count, Block Repeated, string? Index) : LayerTensors;

    /// <summary>An Experts of a block.</summary>
    /// <param name="Count">The number of experts.</param>
    /// <param name="Width">The size of the vectors that are routed.</param>
    /// <param name="Expert">One expert.</param>
    public sealed record Experts(ExtentModel Count, ExtentModel Width, Block Expert) : LayerTensors;
}

/// <summary>The value of a block's parameter; one of the two is null.</summary>
internal sealed record BlockArgument(ExtentModel? Size, DensityModel? Density);

/// <summary>The positions of the axes of inputs and of outputs among the axes of a weight.</summary>
internal sealed record FanModel(int In, int Out);

/// <summary>A tensor that a <c>[Contract]</c> states.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Axes">Its axes.</param>
/// <param name="FanIn">Its fan-in; null for a vector.</param>
/// <param name="FanOut">Its fan-out.</param>
internal sealed record ContractTensor(string Name, EquatableArray<ExtentModel> Axes, ExtentModel? FanIn, ExtentModel FanOut);
