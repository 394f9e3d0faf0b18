using System.Buffers.Binary;
using static TorchSharp.torch;

namespace SuParDsl.Checkpoints;

/// <summary>The state of libtorch's random number generator on the CPU, as the bytes of <c>CPUGeneratorImplState</c>.</summary>
/// <remarks>
/// The structure starts with <c>uint64 seed; int32 left; int32 seeded; uint64 next; uint64 state[624]; …</c>, where left is how
/// many of the 624 numbers remain and next is the index of the first of them. libtorch throws on an invalid state, and
/// TorchSharp's <c>set_rng_state</c> does not catch the exception, which would end the process.
/// The state is therefore checked here.
/// </remarks>
internal static class RandomState
{
    private const int LeftOffset = 8, SeededOffset = 12, NextOffset = 16, Numbers = 624;

    /// <summary>Returns the current state.</summary>
    public static byte[] Get()
    {
        using var scope = NewDisposeScope();
        return get_rng_state().data<byte>().ToArray();
    }

    /// <summary>Restores a state.</summary>
    /// <exception cref="ArgumentException">The bytes are not a state of this generator. The message says why.</exception>
    public static void Set(byte[] state)
    {
        var length = Get().Length;
        if (state.Length != length)
        {
            throw new ArgumentException(
                $"it has {state.Length} bytes instead of {length}, so it is from another version of libtorch");
        }

        var left = BinaryPrimitives.ReadInt32LittleEndian(state.AsSpan(LeftOffset));
        var seeded = BinaryPrimitives.ReadInt32LittleEndian(state.AsSpan(SeededOffset));
        var next = BinaryPrimitives.ReadUInt64LittleEndian(state.AsSpan(NextOffset));
        if (seeded != 1 || left is < 1 or > Numbers || next > Numbers)
        {
            throw new ArgumentException(
                $"it is damaged: {left} of {Numbers} numbers are left, the next is number {next}, seeded is {seeded}");
        }

        using var scope = NewDisposeScope();
        set_rng_state(tensor(state));
    }
}
