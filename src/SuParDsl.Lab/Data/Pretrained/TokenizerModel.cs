namespace SuParDsl.Lab.Data.Pretrained;

/// <summary>A tokenizer that a file describes.</summary>
/// <param name="Size">The number of different tokens.</param>
/// <param name="EndOfText">The token that ends a document; null if there is none.</param>
/// <param name="Encode">Converts text to ids. No special tokens are added.</param>
/// <param name="Decode">Converts ids to text.</param>
internal sealed record TokenizerModel(
    int Size, int? EndOfText, Func<string, int[]> Encode, Func<IReadOnlyList<int>, string> Decode);
