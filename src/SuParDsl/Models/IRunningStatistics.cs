namespace SuParDsl;

/// <summary>A layer that keeps running statistics, which a model resets when it is initialised again.</summary>
internal interface IRunningStatistics
{
    /// <summary>Makes the running statistics those of a new layer.</summary>
    void ResetStatistics();
}
