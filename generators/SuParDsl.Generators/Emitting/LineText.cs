using System.Runtime.CompilerServices;
using System.Text;

namespace SuParDsl.Generators.Emitting;

/// <summary>The parts of an interpolated line, put into the file one by one: no string is made of the whole line.</summary>
[InterpolatedStringHandler]
internal readonly ref struct LineText
{
    private readonly StringBuilder text;

    public LineText(int literalLength, int formattedCount, SourceWriter writer) => text = writer.Start();

    public void AppendLiteral(string part) => text.Append(part);

    public void AppendFormatted(string? part) => text.Append(part);
}
