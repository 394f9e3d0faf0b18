namespace SuParDsl.Kernels;

/// <summary>The constants of one update, which are the same for all weights of a segment.</summary>
internal readonly record struct UpdateConstants
{
    /// <summary>A factor on the gradient, from clipping.</summary>
    public float GradientScale { get; init; }

    /// <summary>1 − ηλ for decoupled decay, λ for coupled decay.</summary>
    public float Decay { get; init; }

    /// <summary>η, including Adam's first bias correction if the rule has one.</summary>
    public float Rate { get; init; }

    /// <summary>β₁, or SGD's momentum.</summary>
    public float Beta1 { get; init; }

    /// <summary>The factor on the gradient in the first moment: 1 − β₁, or 1 − dampening.</summary>
    public float Gain1 { get; init; }

    /// <summary>β₂.</summary>
    public float Beta2 { get; init; }

    /// <summary>1 − β₂.</summary>
    public float Gain2 { get; init; }

    /// <summary>Adam's second bias correction: 1/√(1 − β₂ᵗ).</summary>
    public float Correction { get; init; }

    /// <summary>Adam's ε.</summary>
    public float Epsilon { get; init; }
}

/// <summary>How an optimizer updates weights, one vector at a time.</summary>
internal interface IUpdateRule
{
    /// <summary>The number of moments per weight: 0, 1 or 2.</summary>
    static abstract int Moments { get; }

    /// <summary>Updates a vector of weights from its gradient.</summary>
    static abstract void Update<TSimd, V>(in UpdateConstants c, ref V weight, V gradient, ref V first, ref V second)
        where TSimd : struct, ISimd<V>
        where V : struct;
}

/// <summary>Adam's moments and step, shared by decoupled and coupled decay.</summary>
internal static class AdamStep
{
    public static V Of<TSimd, V>(in UpdateConstants c, V weight, V gradient, ref V first, ref V second)
        where TSimd : struct, ISimd<V>
        where V : struct
    {
        first = TSimd.MultiplyAdd(first, TSimd.Broadcast(c.Beta1), TSimd.Multiply(gradient, TSimd.Broadcast(c.Gain1)));
        second = TSimd.MultiplyAdd(
            second, TSimd.Broadcast(c.Beta2), TSimd.Multiply(TSimd.Multiply(gradient, gradient), TSimd.Broadcast(c.Gain2)));
        var size = TSimd.MultiplyAdd(TSimd.Sqrt(second), TSimd.Broadcast(c.Correction), TSimd.Broadcast(c.Epsilon));
        return TSimd.MultiplyAdd(TSimd.Divide(first, size), TSimd.Broadcast(-c.Rate), weight);
    }
}

/// <summary>AdamW: the decay is decoupled from the gradient.</summary>
internal readonly struct AdamWRule : IUpdateRule
{
    public static int Moments => 2;

    public static void Update<TSimd, V>(in UpdateConstants c, ref V weight, V gradient, ref V first, ref V second)
        where TSimd : struct, ISimd<V>
        where V : struct =>
        weight = AdamStep.Of<TSimd, V>(c, TSimd.Multiply(weight, TSimd.Broadcast(c.Decay)), gradient, ref first, ref second);
}

/// <summary>Adam: the decay is added to the gradient.</summary>
internal readonly struct AdamRule : IUpdateRule
{
    public static int Moments => 2;

    public static void Update<TSimd, V>(in UpdateConstants c, ref V weight, V gradient, ref V first, ref V second)
        where TSimd : struct, ISimd<V>
        where V : struct =>
        weight = AdamStep.Of<TSimd, V>(
            c, weight, TSimd.MultiplyAdd(weight, TSimd.Broadcast(c.Decay), gradient), ref first, ref second);
}

/// <summary>SGD without momentum.</summary>
internal readonly struct SgdRule : IUpdateRule
{
    public static int Moments => 0;

    public static void Update<TSimd, V>(in UpdateConstants c, ref V weight, V gradient, ref V first, ref V second)
        where TSimd : struct, ISimd<V>
        where V : struct =>
        weight = TSimd.MultiplyAdd(
            TSimd.MultiplyAdd(weight, TSimd.Broadcast(c.Decay), gradient), TSimd.Broadcast(-c.Rate), weight);
}

/// <summary>SGD with momentum.</summary>
internal readonly struct MomentumRule : IUpdateRule
{
    public static int Moments => 1;

    public static void Update<TSimd, V>(in UpdateConstants c, ref V weight, V gradient, ref V first, ref V second)
        where TSimd : struct, ISimd<V>
        where V : struct
    {
        var decayed = TSimd.MultiplyAdd(weight, TSimd.Broadcast(c.Decay), gradient);
        first = TSimd.MultiplyAdd(first, TSimd.Broadcast(c.Beta1), TSimd.Multiply(decayed, TSimd.Broadcast(c.Gain1)));
        weight = TSimd.MultiplyAdd(first, TSimd.Broadcast(-c.Rate), weight);
    }
}

/// <summary>SGD with Nesterov's momentum.</summary>
internal readonly struct NesterovRule : IUpdateRule
{
    public static int Moments => 1;

    public static void Update<TSimd, V>(in UpdateConstants c, ref V weight, V gradient, ref V first, ref V second)
        where TSimd : struct, ISimd<V>
        where V : struct
    {
        var decayed = TSimd.MultiplyAdd(weight, TSimd.Broadcast(c.Decay), gradient);
        first = TSimd.MultiplyAdd(first, TSimd.Broadcast(c.Beta1), TSimd.Multiply(decayed, TSimd.Broadcast(c.Gain1)));
        weight = TSimd.MultiplyAdd(TSimd.MultiplyAdd(first, TSimd.Broadcast(c.Beta1), decayed), TSimd.Broadcast(-c.Rate), weight);
    }
}

/// <summary>Lion (Chen et al., arXiv 2302.06675): steps by the sign of a moment and then updates the moment.</summary>
internal readonly struct LionRule : IUpdateRule
{
    public static int Moments => 1;

    public static void Update<TSimd, V>(in UpdateConstants c, ref V weight, V gradient, ref V first, ref V second)
        where TSimd : struct, ISimd<V>
        where V : struct
    {
        var direction =
            TSimd.Sign(TSimd.MultiplyAdd(first, TSimd.Broadcast(c.Beta1), TSimd.Multiply(gradient, TSimd.Broadcast(c.Gain1))));
        weight = TSimd.MultiplyAdd(direction, TSimd.Broadcast(-c.Rate), TSimd.Multiply(weight, TSimd.Broadcast(c.Decay)));
        first = TSimd.MultiplyAdd(first, TSimd.Broadcast(c.Beta2), TSimd.Multiply(gradient, TSimd.Broadcast(c.Gain2)));
    }
}
