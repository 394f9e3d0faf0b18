namespace SuParDsl;

/// <summary>The use of a size in a model.</summary>
public enum SizeKind
{
    /// <summary>A size marked <c>[MuWidth]</c>.</summary>
    Width,

    /// <summary>A number of blocks marked <c>[MuDepth]</c>.</summary>
    Depth,

    /// <summary>A whole number that a <c>Repeat</c> counts its blocks by and that is not marked.</summary>
    Blocks,

    /// <summary>Another whole number.</summary>
    Fixed,

    /// <summary>A number marked <c>[Density]</c>.</summary>
    Density,

    /// <summary>The number marked <c>[InitStd]</c>.</summary>
    InitStd,

    /// <summary>A number marked <c>[Multiplier]</c>.</summary>
    Multiplier,

    /// <summary>The rule of the parameterization.</summary>
    Rule,

    /// <summary>A value of another type or use.</summary>
    Other,

    /// <summary>A number that follows from the other sizes and cannot be set.</summary>
    Derived,
}
