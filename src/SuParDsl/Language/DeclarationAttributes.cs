namespace SuParDsl;

/// <summary>Marks a partial class as a model: a root that states base sizes. Its other half is generated.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ModelAttribute : Attribute;

/// <summary>Marks a partial class as a block: a component that inherits its base sizes from where it is used.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class BlockAttribute : Attribute;

/// <summary>
/// Marks the one method that tells how a model's or block's layers are connected. It is read and lowered to
/// <c>forward</c> at compile time; it never runs.
/// </summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class FlowAttribute : Attribute;
