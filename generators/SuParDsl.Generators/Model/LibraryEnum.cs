namespace SuParDsl.Generators.Model;

/// <summary>A value of one of the library's enumerations.</summary>
/// <param name="Type">The name of the enumeration.</param>
/// <param name="Member">The name of the member; null if the value has none.</param>
/// <param name="Number">The value as a number.</param>
internal sealed record LibraryEnum(string Type, string? Member, string Number);
