namespace SuParDsl;

/// <summary>How a tensor is initialized.</summary>
public enum Init
{
    /// <summary>Normal distribution with mean 0 and the rule's standard deviation.</summary>
    Normal,

    /// <summary>Uniform distribution around 0 with the rule's standard deviation.</summary>
    Uniform,

    /// <summary>Zeros, as for biases.</summary>
    Zeros,

    /// <summary>Ones, as for the gains of normalization layers.</summary>
    Ones,
}
