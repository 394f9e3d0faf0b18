using System.ComponentModel;

namespace SuParDsl;

/// <summary>A density evaluated twice: in this model and in its base model.</summary>
/// <param name="Value">ρ, the fraction of weights kept in this model, in (0, 1].</param>
/// <param name="Base">ρ₀, the fraction kept in the base model, in (0, 1].</param>
[EditorBrowsable(EditorBrowsableState.Advanced)]
public readonly record struct TensorDensity(double Value, double Base = 1)
{
    /// <summary>Every weight kept.</summary>
    public static TensorDensity Dense => new(1);

    /// <summary>m_ρ = ρ/ρ₀.</summary>
    public double Multiplier => Value / Base;

    /// <summary>A constant density, dense at the base.</summary>
    public static implicit operator TensorDensity(double value) => new(value);
}
