namespace SuParDsl.Lab.Sizes;

/// <summary>What can be varied in a model's sizes.</summary>
internal enum SizeAxis
{
    /// <summary>The sizes marked <c>[MuWidth]</c>, in proportion.</summary>
    Width,

    /// <summary>The densities, all of them together.</summary>
    Density,

    /// <summary>The number of blocks.</summary>
    Depth,

    /// <summary>The base initial standard deviation.</summary>
    Sigma,
}
