namespace SuParDsl;

/// <summary>Marks a partial class as a model: a root that states base sizes. Its other half is generated.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ModelAttribute : Attribute
{
    /// <summary>The scale of attention logits under every rule but SP.</summary>
    public AttentionScaling Attention { get; set; }

    /// <summary>Whether the rule sees the density that was asked for or the one that was drawn.</summary>
    public RuleDensity RuleDensity { get; set; }
}

/// <summary>Marks a partial class as a block: a component that inherits its base sizes from where it is used.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class BlockAttribute : Attribute;

/// <summary>
/// Marks the one method that tells how a model's or block's layers are connected. It is read and lowered to
/// <c>forward</c> at compile time; it never runs.
/// </summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class FlowAttribute : Attribute;
