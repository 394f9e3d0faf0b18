namespace SuParDsl.Generators.Model;

/// <summary>
/// The methods of the base class that emitted members call, with <c>base.</c> where the class has a method of the same name.
/// </summary>
/// <param name="Register"><c>register_module</c>.</param>
/// <param name="Initialize"><c>Initialize</c>.</param>
internal sealed record BaseCalls(string Register, string Initialize);
