namespace SuParDsl.Generators.Model;

/// <summary>The emitted <c>forward</c>.</summary>
/// <param name="ScopeName">The local that holds the dispose scope of its temporaries.</param>
/// <param name="Summary">What it maps.</param>
/// <param name="File">The file of the flow, as the compiler names it; null where no directive can name it.</param>
/// <param name="SameAxes">The axes that must be equal in two of its inputs.</param>
/// <param name="Statements">Its statements.</param>
internal sealed record ForwardModel(
    string ScopeName, string Summary, string? File, EquatableArray<SameAxisModel> SameAxes,
    EquatableArray<FlowStatement> Statements);

/// <summary>An axis that must be equal in two inputs.</summary>
/// <param name="Name">Its name; empty for none.</param>
/// <param name="First">The one input, as C#.</param>
/// <param name="FirstAxis">Its axis, negative from the end.</param>
/// <param name="Second">The other input, as C#.</param>
/// <param name="SecondAxis">Its axis, negative from the end.</param>
internal sealed record SameAxisModel(string Name, string First, int FirstAxis, string Second, int SecondAxis);
