namespace SuParDsl;

/// <summary>Marks a size that scales with the model's width. A model states the base: <c>[MuWidth(256)]</c>; a block inherits
/// it.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
public sealed class MuWidthAttribute : Attribute
{
    /// <summary>A block's width: its base comes from the model that the block is used in.</summary>
    public MuWidthAttribute()
    {
    }

    /// <summary>A model's width with its base.</summary>
    /// <param name="base">The width d₀ at which the hyperparameters were tuned, at least 1.</param>
    public MuWidthAttribute(int @base) => Base = @base;

    /// <summary>The base width d₀; 0 if it is inherited.</summary>
    public int Base { get; }
}

/// <summary>Marks a count of blocks that scales with the model's depth (CompleteP, arXiv 2505.01618).</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
public sealed class MuDepthAttribute : Attribute
{
    /// <summary>A block's depth: its base comes from the model that the block is used in.</summary>
    public MuDepthAttribute()
    {
    }

    /// <summary>A model's depth with its base.</summary>
    /// <param name="base">The number of blocks L₀ at which the hyperparameters were tuned, at least 1.</param>
    public MuDepthAttribute(int @base) => Base = @base;

    /// <summary>The base depth L₀; 0 if it is inherited.</summary>
    public int Base { get; }

    /// <summary>CompleteP's α in [½, 1]: residual branches are scaled by m_L^−α.</summary>
    public double Alpha { get; set; } = 1;
}

/// <summary>Marks a density in (0, 1]: the fraction of a tensor's weights that its mask keeps.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
public sealed class DensityAttribute : Attribute
{
    /// <summary>The density ρ₀ at which the hyperparameters were tuned.</summary>
    public double Base { get; set; } = 1;
}

/// <summary>Marks the model's base initial standard deviation σ (0.02 if no parameter is marked).</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
public sealed class InitStdAttribute : Attribute;

/// <summary>Marks a tunable forward multiplier that the user writes in the flow. It has its own row in <c>MuTable</c>.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
public sealed class MultiplierAttribute : Attribute;
