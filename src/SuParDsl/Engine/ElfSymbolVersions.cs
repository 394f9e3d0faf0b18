using System.Buffers.Binary;
using System.Text;

namespace SuParDsl.Engine;

/// <summary>
/// Symbol versions in a 64-bit little-endian ELF file: <see href="https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/symversion.html">Linux Standard Base</see>.
/// </summary>
internal static class ElfSymbolVersions
{
    private const int DynamicSymbols = 11, VersionOfSymbols = 0x6fffffff, VersionNeeds = 0x6ffffffe;
    private const int SymbolSize = 24;

    /// <summary>A copy of a library in which one function of one version is another function of another version, which the library needs already.</summary>
    /// <param name="elf">The library.</param>
    /// <param name="from">The version, and the only symbol that the library needs of it.</param>
    /// <param name="to">What takes their place; its name is no longer than the other one's.</param>
    /// <exception cref="BadImageFormatException">The file is no such library.</exception>
    public static byte[] Redirect(byte[] elf, (string Version, string Symbol) from, (string Version, string Symbol) to)
    {
        try
        {
            return Redirected(elf, from, to);
        }
        catch (Exception error) when (error is ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException)
        {
            throw new BadImageFormatException("the file's tables point outside it", error);
        }
    }

    private static byte[] Redirected(byte[] elf, (string Version, string Symbol) from, (string Version, string Symbol) to)
    {
        if (elf is not [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, ..])
        {
            throw new BadImageFormatException("it is no 64-bit little-endian ELF file");
        }

        var symbols = Section(elf, DynamicSymbols);
        var strings = Offset(elf, SectionAt(elf, Word(elf, symbols + 40)));
        var needs = Needs(elf, strings);
        if (!needs.TryGetValue(from.Version, out var missing) || !needs.TryGetValue(to.Version, out var other))
        {
            throw new BadImageFormatException($"it does not need both {from.Version} and {to.Version}");
        }

        var name = OnlySymbolOf(elf, symbols, strings, Half(elf, missing + 6), from);
        var copy = (byte[])elf.Clone();
        elf.AsSpan(other, 4).CopyTo(copy.AsSpan(missing)); // the version's hash
        elf.AsSpan(other + 8, 4).CopyTo(copy.AsSpan(missing + 8)); // the version's name
        Encoding.ASCII.GetBytes(to.Symbol + "\0").CopyTo(copy.AsSpan(name));
        return copy;
    }

    /// <summary>The place of each version need: its hash, flags, index, name and the distance to the next.</summary>
    private static Dictionary<string, int> Needs(byte[] elf, int strings)
    {
        Dictionary<string, int> needs = [];
        for (int library = Offset(elf, Section(elf, VersionNeeds)), next = -1; next != 0; library = checked(library + next))
        {
            next = Word(elf, library + 12);
            var entry = checked(library + Word(elf, library + 8));
            for (var i = 0; i < Half(elf, library + 2); i++, entry = checked(entry + Word(elf, entry + 12)))
            {
                needs[Text(elf, strings + Word(elf, entry + 8))] = entry;
            }

            if (next < 0 || needs.Count > elf.Length)
            {
                throw new BadImageFormatException("its list of needed versions does not end");
            }
        }

        return needs;
    }

    /// <summary>The place of the name of the one symbol that has this version, whose bytes no other symbol's name shares.</summary>
    private static int OnlySymbolOf(byte[] elf, int symbols, int strings, int version, (string Version, string Symbol) wanted)
    {
        var (first, count) = (Offset(elf, symbols), Size(elf, symbols) / SymbolSize);
        var versions = Offset(elf, Section(elf, VersionOfSymbols));
        var names = Enumerable.Range(0, count).Select(i => strings + Word(elf, first + (i * SymbolSize))).ToArray();
        var found = Enumerable.Range(0, count).Where(i => Half(elf, versions + (2 * i)) == version).Select(i => names[i]).ToArray();
        if (found is not [var name] || Text(elf, name) != wanted.Symbol)
        {
            var others = found.Select(at => Text(elf, at)).Where(text => text != wanted.Symbol);
            throw new BadImageFormatException($"of {wanted.Version} it needs other functions than {wanted.Symbol} ({string.Join(", ", others)})");
        }

        return names.Count(at => at >= name && at <= name + wanted.Symbol.Length) == 1
            ? name
            : throw new BadImageFormatException($"the name {wanted.Symbol} is part of another symbol's");
    }

    private static int SectionAt(byte[] elf, int index) => checked(Long(elf, 0x28) + (index * Half(elf, 0x3A)));

    private static int Section(byte[] elf, int type)
    {
        var found = Enumerable.Range(0, Half(elf, 0x3C)).Select(i => SectionAt(elf, i)).Where(header => Word(elf, header + 4) == type).ToArray();
        return found is [var only] ? only : throw new BadImageFormatException($"it has {found.Length} sections of type 0x{type:x}, and not one");
    }

    private static int Offset(byte[] elf, int header) => Long(elf, header + 24);

    private static int Size(byte[] elf, int header) => Long(elf, header + 32);

    private static int Half(byte[] elf, int at) => BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(at));

    private static int Word(byte[] elf, int at) => BinaryPrimitives.ReadInt32LittleEndian(elf.AsSpan(at));

    private static int Long(byte[] elf, int at) => checked((int)BinaryPrimitives.ReadInt64LittleEndian(elf.AsSpan(at)));

    private static string Text(byte[] elf, int at) => Encoding.ASCII.GetString(elf.AsSpan(at, elf.AsSpan(at).IndexOf((byte)0)));
}
