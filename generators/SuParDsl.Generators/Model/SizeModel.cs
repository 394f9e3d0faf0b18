namespace SuParDsl.Generators.Model;

/// <summary>One size of a model's record, as the emitted description names it.</summary>
/// <param name="Property">Its property, as an identifier.</param>
/// <param name="Kind">The method of <c>SizeList</c> that adds it.</param>
/// <param name="Base">Its value in the base model as C#; null if it does not scale.</param>
internal sealed record SizeModel(string Property, string Kind, string? Base)
{
    /// <summary>Whether a copy of the record can have another value of it.</summary>
    public bool CanChange { get; init; } = true;
}
