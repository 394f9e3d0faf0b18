namespace SuParDsl.Lab.Replay;

/// <summary>How runs of a reference implementation map to a model.</summary>
/// <typeparam name="TSize">The model's record of sizes.</typeparam>
/// <param name="BaseWidth">The base width that the model declares; a run's own takes its place.</param>
/// <param name="Size">A run's configuration as sizes of the model; throws a <see cref="UserException"/> for what the model is not.</param>
/// <param name="Name">A tensor's name in the reference as its name in the model.</param>
/// <param name="ReferenceName">A tensor's name in the model as its name in the reference.</param>
public sealed record ReferenceMapping<TSize>(
    int BaseWidth, Func<ReferenceConfig, TSize> Size, Func<string, string> Name, Func<string, string> ReferenceName)
    where TSize : class;
