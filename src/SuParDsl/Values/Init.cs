namespace SuParDsl;

/// <summary>What a tensor holds before training.</summary>
public enum Init
{
    /// <summary>Normal numbers of mean 0 and the rule's standard deviation.</summary>
    Normal,

    /// <summary>Numbers uniform around 0 with the rule's standard deviation.</summary>
    Uniform,

    /// <summary>Zeros: biases.</summary>
    Zeros,

    /// <summary>Ones: the gains of norms.</summary>
    Ones,
}
