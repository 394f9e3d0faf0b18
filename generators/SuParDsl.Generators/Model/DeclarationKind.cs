namespace SuParDsl.Generators.Model;

/// <summary>What a class is marked as.</summary>
internal enum DeclarationKind
{
    /// <summary>A root, which states base sizes.</summary>
    Model,

    /// <summary>A component, which inherits them.</summary>
    Block,
}
