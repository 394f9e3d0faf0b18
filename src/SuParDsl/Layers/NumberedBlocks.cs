using System.Globalization;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>Creates the blocks of a layer that holds several of one kind, which are named by their numbers.</summary>
internal static class NumberedBlocks
{
    /// <summary>Creates blocks and registers each as a child module of their owner.</summary>
    /// <param name="owner">The layer.</param>
    /// <param name="count">The number of blocks.</param>
    /// <param name="make">Creates the block of a number, from 0.</param>
    /// <param name="name">The layer, as a message names it.</param>
    /// <exception cref="SizeException">The blocks cannot fit into memory.</exception>
    public static TBlock[] Create<TBlock>(nn.Module owner, int count, Func<int, TBlock> make, string name)
        where TBlock : nn.Module
    {
        var blocks = new TBlock[count];
        for (var i = 0; i < count; i++)
        {
            blocks[i] = make(i);
            owner.register_module(i.ToString(CultureInfo.InvariantCulture), blocks[i]);
            if (i == 0)
            {
                MemoryGuard.Repeated(blocks[0], count, name);
            }
        }

        return blocks;
    }
}
