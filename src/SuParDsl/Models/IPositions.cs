namespace SuParDsl;

/// <summary>A layer with any number of inputs, asked whether it can run with a <see cref="KeyValueCache"/>.</summary>
internal interface IPositions
{
    /// <inheritdoc cref="Layer{T, TResult}.MixesPositions"/>
    string? MixesPositions { get; }
}
