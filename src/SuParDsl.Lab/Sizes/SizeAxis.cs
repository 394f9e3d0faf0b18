namespace SuParDsl.Lab.Sizes;

/// <summary>The axes along which a model's sizes can be varied.</summary>
internal enum SizeAxis
{
    /// <summary>The sizes marked <c>[MuWidth]</c>, which keep their proportions.</summary>
    Width,

    /// <summary>The densities, all of them together.</summary>
    Density,

    /// <summary>The number of blocks.</summary>
    Depth,

    /// <summary>The base initial standard deviation.</summary>
    Sigma,
}
