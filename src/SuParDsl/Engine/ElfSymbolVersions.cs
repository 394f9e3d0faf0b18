using System.Buffers.Binary;
using System.Text;

namespace SuParDsl.Engine;

/// <summary>
/// Changes symbol versions in a 64-bit little-endian ELF file, as defined in the
/// <see href="https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/symversion.html">Linux Standard
/// Base</see>.
/// </summary>
internal static class ElfSymbolVersions
{
    private const int DynamicSymbols = 11, VersionOfSymbols = 0x6fffffff, VersionNeeds = 0x6ffffffe;
    private const int SymbolSize = 24;

    /// <summary>
    /// Returns a copy of a library that imports another function, of a version that the library
    /// already needs, in place of one of its functions.
    /// </summary>
    /// <param name="elf">The library.</param>
    /// <param name="from">The version to replace, and the only symbol that the library needs of it.</param>
    /// <param name="to">The replacement. Its symbol's name must not be longer than the replaced one.</param>
    /// <exception cref="BadImageFormatException">The file is not such a library.</exception>
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
            throw new BadImageFormatException("it is not a 64-bit little-endian ELF file");
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

    /// <summary>
    /// The offset of each needed version's entry: its hash, flags, index, name and the distance to the next entry.
    /// </summary>
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

    /// <summary>The offset of the name of the only symbol with this version. No other symbol's name shares its bytes.</summary>
    private static int OnlySymbolOf(byte[] elf, int symbols, int strings, int version, (string Version, string Symbol) wanted)
    {
        var (first, count) = (Offset(elf, symbols), Size(elf, symbols) / SymbolSize);
        var versions = Offset(elf, Section(elf, VersionOfSymbols));
        var names = Enumerable.Range(0, count).Select(i => strings + Word(elf, first + (i * SymbolSize))).ToArray();
        var found =
            Enumerable.Range(0, count).Where(i => Half(elf, versions + (2 * i)) == version).Select(i => names[i]).ToArray();
        if (found is not [var name] || Text(elf, name) != wanted.Symbol)
        {
            var others = found.Select(at => Text(elf, at)).Where(text => text != wanted.Symbol);
            throw new BadImageFormatException(
                $"it needs functions of {wanted.Version} other than {wanted.Symbol} ({string.Join(", ", others)})");
        }

        return names.Count(at => at >= name && at <= name + wanted.Symbol.Length) == 1
            ? name
            : throw new BadImageFormatException($"the name {wanted.Symbol} is part of another symbol's name");
    }

    private static int SectionAt(byte[] elf, int index) => checked(Long(elf, 0x28) + (index * Half(elf, 0x3A)));

    private static int Section(byte[] elf, int type)
    {
        var found = Enumerable.Range(0, Half(elf, 0x3C)).Select(i => SectionAt(elf, i))
            .Where(header => Word(elf, header + 4) == type).ToArray();
        return found is [var only]
            ? only
            : throw new BadImageFormatException($"it has {found.Length} sections of type 0x{type:x} instead of one");
    }

    private static int Offset(byte[] elf, int header) => Long(elf, header + 24);

    private static int Size(byte[] elf, int header) => Long(elf, header + 32);

    private static int Half(byte[] elf, int at) => BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(at));

    private static int Word(byte[] elf, int at) => BinaryPrimitives.ReadInt32LittleEndian(elf.AsSpan(at));

    private static int Long(byte[] elf, int at) => checked((int)BinaryPrimitives.ReadInt64LittleEndian(elf.AsSpan(at)));

    private static string Text(byte[] elf, int at) => Encoding.ASCII.GetString(elf.AsSpan(at, elf.AsSpan(at).IndexOf((byte)0)));
}
