using System.Text.Json.Serialization;

namespace SuParDsl.Lab.Data.Tokenizers;

/// <summary>How token ids and text belong together. Saved with every run, so that its samples can be read.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(CharacterTokenizer), "characters")]
[JsonDerivedType(typeof(ByteTokenizer), "bytes")]
[JsonDerivedType(typeof(IdTokenizer), "ids")]
internal abstract record Tokenizer
{
    /// <summary>The number of different tokens.</summary>
    [JsonIgnore]
    public abstract int Size { get; }

    /// <summary>What one token is, in the singular: "character".</summary>
    [JsonIgnore]
    public abstract string Unit { get; }

    /// <summary>What a sample starts from when no prompt is given.</summary>
    [JsonIgnore]
    public abstract int Start { get; }

    /// <summary>Text to token ids.</summary>
    /// <exception cref="UserException">A part of the text is not in the vocabulary.</exception>
    public abstract int[] Encode(string text);

    /// <summary>Token ids to text.</summary>
    public abstract string Decode(IReadOnlyList<int> ids);
}
