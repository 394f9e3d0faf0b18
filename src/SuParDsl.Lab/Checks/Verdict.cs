namespace SuParDsl.Lab.Checks;

/// <summary>What the measurements say of slopes and a threshold.</summary>
internal enum Verdict
{
    /// <summary>Every slope is within the threshold, with its confidence interval.</summary>
    Within,

    /// <summary>The seeds are too few to tell.</summary>
    Undecided,

    /// <summary>At least one slope is beyond the threshold, with its confidence interval.</summary>
    Beyond,
}
