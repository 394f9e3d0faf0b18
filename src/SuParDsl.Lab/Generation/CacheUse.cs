namespace SuParDsl.Lab.Generation;

/// <summary>Whether generation keeps the keys and values of earlier positions.</summary>
internal enum CacheUse
{
    /// <summary>It does if the model can.</summary>
    Auto,

    /// <summary>It does if the model can, and says so if the model cannot.</summary>
    On,

    /// <summary>It computes the whole window for every token.</summary>
    Off,
}
