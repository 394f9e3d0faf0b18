using SuParDsl.Engine;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Engine;

[Collection(ExclusiveCollection.Name)]
public sealed class NativeHeapTests
{
    [Fact]
    public void Free_memory_of_the_heap_is_returned_to_the_system()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        const long Size = 128 << 20;
        NativeHeap.TrimIfGrown(long.MinValue);
        Assert.False(NativeHeap.TrimIfGrown(long.MaxValue));

        // Free blocks between others that stay, so that the free memory is in many pieces.
        var (freed, kept) = (new List<Tensor>(), new List<Tensor>());
        for (var i = 0; i < Size / (256 << 10); i++)
        {
            freed.Add(zeros(64 << 10).fill_(1).DetachFromDisposeScope());
            kept.Add(zeros(16).DetachFromDisposeScope());
        }

        freed.ForEach(static tensor => tensor.Dispose());
        var before = Resident();

        // The test must not depend on the memory that was free before. If earlier tests have left more than this, nothing
        // has grown.
        Assert.True(NativeHeap.TrimIfGrown(long.MinValue));
        Assert.True(before - Resident() > Size / 2, $"{before >> 20} MiB before, {Resident() >> 20} MiB after");
        kept.ForEach(static tensor => tensor.Dispose());

        static long Resident() => long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1]) * Environment.SystemPageSize;
    }
}
