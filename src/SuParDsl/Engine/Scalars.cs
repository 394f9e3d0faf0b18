using TorchSharp;

namespace SuParDsl.Engine;

/// <summary>Numbers for TorchSharp's calls that stay for as long as the process.</summary>
/// <remarks>
/// TorchSharp hands the handle of a <see cref="Scalar"/> to native code and does not keep the object, whose finalizer frees it: a collection
/// that another thread causes may free a number while libtorch reads it. In this library a number is one of these, a field, or a local with
/// <c>using</c>, all of which outlive the call, and never a temporary; arithmetic is that of <see cref="Functional"/>.
/// </remarks>
internal static class Scalars
{
    /// <summary>0.</summary>
    public static readonly Scalar Zero = 0.ToScalar();

    /// <summary>1.</summary>
    public static readonly Scalar One = 1.ToScalar();
}
