using System.Collections.Immutable;

namespace SuParDsl;

/// <summary>One tensor of a safetensors file, as its header tells it.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Type">Its element type, as in <see cref="SafetensorsType"/>.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Offset">Where its bytes start, counted from the end of the header.</param>
/// <param name="Length">How many bytes it has.</param>
public sealed record SafetensorsEntry(string Name, string Type, ImmutableArray<long> Shape, long Offset, long Length);
