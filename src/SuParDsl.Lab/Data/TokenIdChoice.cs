using SuParDsl.Lab.Data.TokenFiles;

namespace SuParDsl.Lab.Data;

/// <summary>The options for token ids in files.</summary>
/// <param name="Type">The number format of the ids; null to detect it from the files.</param>
/// <param name="Vocabulary">The number of tokens of the model; null for the largest id + 1.</param>
internal sealed record TokenIdChoice(TokenType? Type = null, int? Vocabulary = null);
