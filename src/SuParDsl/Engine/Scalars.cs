using TorchSharp;

namespace SuParDsl.Engine;

/// <summary>Constants for TorchSharp's calls that live as long as the process.</summary>
/// <remarks>
/// TorchSharp passes the handle of a <see cref="Scalar"/> to native code without keeping the object alive, and the object's
/// finalizer frees the handle. A garbage collection that another thread causes may thus free a scalar while libtorch reads it. In
/// this library, a scalar is therefore never a temporary: it is one of these constants, a field, or a local with <c>using</c>,
/// all of which outlive the call. For arithmetic with scalars, use <see cref="Functional"/>.
/// </remarks>
internal static class Scalars
{
    /// <summary>0.</summary>
    public static readonly Scalar Zero = 0.ToScalar();

    /// <summary>1.</summary>
    public static readonly Scalar One = 1.ToScalar();
}
