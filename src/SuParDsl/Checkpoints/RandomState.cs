using System.Buffers.Binary;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>The state of the engine's generator on the CPU, as bytes: libtorch's <c>CPUGeneratorImplState</c>, which begins so.</summary>
/// <remarks>
/// <c>uint64 seed; int32 left; int32 seeded; uint64 next; uint64 state[624]; …</c>: left of 624 numbers are to come, next is the
/// index of the first of them. libtorch refuses any other with an exception, which TorchSharp's <c>set_rng_state</c> does not
/// catch: the process would end.
/// </remarks>
internal static class RandomState
{
    private const int LeftOffset = 8, SeededOffset = 12, NextOffset = 16, Numbers = 624;

    /// <summary>The state at this moment.</summary>
    public static byte[] Get()
    {
        using var scope = NewDisposeScope();
        return get_rng_state().data<byte>().ToArray();
    }

    /// <summary>Goes back to a state.</summary>
    /// <exception cref="ArgumentException">The bytes are no state of this engine's generator; the message says why.</exception>
    public static void Set(byte[] state)
    {
        var length = Get().Length;
        if (state.Length != length)
        {
            throw new ArgumentException($"it has {state.Length} bytes, this engine's has {length}: it is of another engine");
        }

        var left = BinaryPrimitives.ReadInt32LittleEndian(state.AsSpan(LeftOffset));
        var seeded = BinaryPrimitives.ReadInt32LittleEndian(state.AsSpan(SeededOffset));
        var next = BinaryPrimitives.ReadUInt64LittleEndian(state.AsSpan(NextOffset));
        if (seeded != 1 || left is < 1 or > Numbers || next > Numbers)
        {
            throw new ArgumentException($"it is damaged: {left} of {Numbers} numbers are left, the next is number {next}, seeded is {seeded}");
        }

        using var scope = NewDisposeScope();
        set_rng_state(tensor(state));
    }
}
