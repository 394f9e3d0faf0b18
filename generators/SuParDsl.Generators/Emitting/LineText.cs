using System.Runtime.CompilerServices;
using System.Text;

namespace SuParDsl.Generators.Emitting;

/// <summary>Appends the parts of an interpolated line one by one, so that no string is allocated for the whole line.</summary>
[InterpolatedStringHandler]
internal readonly ref struct LineText
{
    private readonly StringBuilder text;

    public LineText(int literalLength, int formattedCount, SourceWriter writer) => text = writer.Start();

    public void AppendLiteral(string part) => text.Append(part);

    public void AppendFormatted(string? part) => text.Append(part);
}
