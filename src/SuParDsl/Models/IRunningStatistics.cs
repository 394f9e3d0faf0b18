namespace SuParDsl;

/// <summary>A layer that keeps running statistics, which a model resets when it is initialised again.</summary>
internal interface IRunningStatistics
{
    /// <summary>Resets the running statistics to those of a new layer.</summary>
    void ResetStatistics();
}
