namespace SuParDsl.Generators.Model;

/// <summary>
/// The members of the base class that emitted members use, with <c>base.</c> where the class has one of the same name.
/// </summary>
/// <param name="Register"><c>register_module</c>.</param>
/// <param name="Initialize"><c>Initialize</c>.</param>
/// <param name="Seed"><c>Seed</c>.</param>
internal sealed record BaseCalls(string Register, string Initialize, string Seed);
