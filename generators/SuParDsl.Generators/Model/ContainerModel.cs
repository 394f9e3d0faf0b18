namespace SuParDsl.Generators.Model;

/// <summary>A type around an emitted one, as its part opens: <c>partial class Outer&lt;T&gt;</c>.</summary>
internal sealed record ContainerModel(string Header);
