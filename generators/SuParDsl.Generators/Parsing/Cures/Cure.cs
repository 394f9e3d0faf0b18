namespace SuParDsl.Generators.Parsing.Cures;

/// <summary>What to write instead of something that is not part of the flow language.</summary>
/// <param name="Why">What is wrong with it.</param>
/// <param name="Remedy">The remedy in words.</param>
/// <param name="Code">The C# to write in its place; null if the remedy is more than a replacement of the expression.</param>
internal sealed record Cure(string Why, string Remedy, string? Code = null)
{
    public const string NotAnOperation = "it is not a flow operation";

    public const string InAnOp = "wrap it in a static method marked [Op]";

    /// <summary>An expression that can be replaced as it stands.</summary>
    public static Cure Write(Written written, string? code = null) =>
        new(NotAnOperation, $"write: {written.Text}", code ?? written.Text);
}

/// <summary>An expression of the flow language.</summary>
/// <param name="Text">The C#.</param>
/// <param name="Binding">How it binds, which decides where it needs parentheses.</param>
internal sealed record Written(string Text, Binding Binding)
{
    /// <summary>The expression as an operand or as the owner of a member.</summary>
    public string Closed => Binding == Binding.Atom ? Text : $"({Text})";

    /// <summary>The expression as the left side of a pipe.</summary>
    public string Piped => Binding == Binding.Arithmetic ? $"({Text})" : Text;
}

/// <summary>How an expression binds.</summary>
internal enum Binding
{
    Atom,
    Arithmetic,
    Pipe,
}
