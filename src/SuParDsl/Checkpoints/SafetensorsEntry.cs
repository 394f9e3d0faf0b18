using System.Collections.Immutable;

namespace SuParDsl.Checkpoints;

/// <summary>One tensor of a safetensors file, as described by the header.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Type">Its element type, as in <see cref="SafetensorsType"/>.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Offset">The offset of its bytes from the end of the header.</param>
/// <param name="Length">The number of its bytes.</param>
public sealed record SafetensorsEntry(string Name, string Type, ImmutableArray<long> Shape, long Offset, long Length);
