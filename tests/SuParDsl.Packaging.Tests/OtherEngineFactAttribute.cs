namespace SuParDsl.Packaging.Tests;

/// <summary>A test of the package for the engine that is not this build's; skipped, saying why, where it cannot be packed.</summary>
public sealed class OtherEngineFactAttribute : FactAttribute
{
    public OtherEngineFactAttribute() =>
        Skip = Workshop.Other is null ? "the package feed has no TorchSharp, or had none when ./setup.sh chose the engine" : null;
}
