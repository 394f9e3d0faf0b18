namespace SuParDsl.Generators.Model;

/// <summary>The values that a tensor starts with.</summary>
internal enum TensorInitialization
{
    /// <summary>Normally distributed numbers.</summary>
    Normal,

    /// <summary>Numbers distributed uniformly around zero.</summary>
    Uniform,

    /// <summary>Zeros.</summary>
    Zeros,

    /// <summary>Ones.</summary>
    Ones,

    /// <summary>The values that the layer's own constructor set.</summary>
    Own,
}
