namespace SuParDsl;

/// <summary>
/// Marks a partial class as a model: the root, which states base sizes. The other half of the class is generated.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ModelAttribute : Attribute
{
    /// <summary>The scale of attention logits under every rule but SP.</summary>
    public AttentionScaling Attention { get; set; }

    /// <summary>Whether the rule uses the declared density or that of the drawn mask.</summary>
    public RuleDensity RuleDensity { get; set; }
}

/// <summary>Marks a partial class as a block: a component that inherits its base sizes from the model that uses it.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class BlockAttribute : Attribute;

/// <summary>
/// Marks the one method that connects the layers of a model or block. It is translated to <c>forward</c> at compile time and
/// never runs.
/// </summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class FlowAttribute : Attribute;
