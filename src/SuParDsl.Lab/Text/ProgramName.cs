namespace SuParDsl.Lab.Text;

/// <summary>How a user starts the commands of a lab.</summary>
internal static class ProgramName
{
    /// <summary>
    /// The variable in which a program that starts the lab says how it was called itself, such as <c>supar</c> or
    /// <c>./run.sh Mlp</c>.
    /// </summary>
    public const string Variable = "SUPAR_COMMAND";

    /// <summary>The words before a command: those of the variable, and otherwise the name of the example.</summary>
    public static string Of(string example) => Of(example, Environment.GetEnvironmentVariable(Variable));

    /// <summary>The one word that a shell completes: that of the variable, and otherwise the name of the example.</summary>
    public static string Word(string example) =>
        Of(example) is var name && name.All(static c => char.IsLetterOrDigit(c) || c is '-' or '_') ? name : example;

    /// <summary>The words before a command, for a value of the variable.</summary>
    public static string Of(string example, string? variable) =>
        variable is { Length: > 0 } && !variable.Any(char.IsControl) ? variable : example;
}
