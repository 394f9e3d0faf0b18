namespace SuParDsl.Generators;

/// <summary>The names of the generator's steps, for tests of what runs again after an edit.</summary>
internal static class TrackingNames
{
    /// <summary>Models, read.</summary>
    public const string ParseModels = nameof(ParseModels);

    /// <summary>Models with something to emit.</summary>
    public const string Models = nameof(Models);

    /// <summary>Models' other halves, printed.</summary>
    public const string ModelFiles = nameof(ModelFiles);

    /// <summary>Blocks, read.</summary>
    public const string ParseBlocks = nameof(ParseBlocks);

    /// <summary>Blocks with something to emit.</summary>
    public const string Blocks = nameof(Blocks);

    /// <summary>Blocks' other halves, printed.</summary>
    public const string BlockFiles = nameof(BlockFiles);
}
