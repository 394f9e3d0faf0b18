namespace SuParDsl.Lab.Replay;

/// <summary>Maps runs of a reference implementation to a model.</summary>
/// <typeparam name="TSize">The model's record of sizes.</typeparam>
/// <param name="BaseWidth">The base width that the model declares, which is replaced by that of a run.</param>
/// <param name="Size">
/// Maps a run's configuration to sizes of the model; throws a <see cref="UserException"/> if the model does not support it.
/// </param>
/// <param name="Name">Maps a tensor's name in the reference to its name in the model.</param>
/// <param name="ReferenceName">Maps a tensor's name in the model to its name in the reference.</param>
public sealed record ReferenceMapping<TSize>(
    int BaseWidth, Func<ReferenceConfig, TSize> Size, Func<string, string> Name, Func<string, string> ReferenceName)
    where TSize : class;
