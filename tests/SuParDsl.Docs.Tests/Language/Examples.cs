using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Docs.Tests.Pages;
using SuParDsl.Generators.Tests;

namespace SuParDsl.Docs.Tests.Language;

/// <summary>
/// Finds the line that shows a name of the language, in the C# blocks of a page. Another test compiles these blocks.
/// </summary>
internal sealed class Examples
{
    private readonly Dictionary<string, string> lines = new(StringComparer.Ordinal);

    /// <summary>Searches the blocks of a page for all names that they use.</summary>
    public Examples(string page)
    {
        foreach (var fence in Fence.In(Documentation.Read(page)).Where(static fence => fence.Language == "csharp"))
        {
            var root = CSharpSyntaxTree.ParseText(fence.Text, Harness.ParseOptions).GetCompilationUnitRoot();
            var text = fence.Text.Split('\n');
            foreach (var name in root.DescendantNodes().OfType<SimpleNameSyntax>())
            {
                var word = name.Identifier.ValueText;
                lines.TryAdd(name.Parent is AttributeSyntax ? "@" + word : word, Line(text, name));
                if (name.FirstAncestorOrSelf<InvocationExpressionSyntax>() is { } call
                    && call.Expression.DescendantNodesAndSelf().Contains(name))
                {
                    lines.TryAdd($"{word}/{call.ArgumentList.Arguments.Count}", Line(text, name));
                }
            }
        }
    }

    /// <summary>The line that shows a layer or an operation, as code in a table; null if there is none.</summary>
    public string? Of(string name) => lines.TryGetValue(name, out var line) ? line : null;

    /// <summary>
    /// The line that shows a call with a number of arguments, or with any number if no call has that many.
    /// </summary>
    public string? OfCall(string name, int arguments) => Of($"{name}/{arguments}") ?? Of(name);

    /// <summary>The line that shows an attribute.</summary>
    public string? OfAttribute(string name) => Of("@" + name);

    private static string Line(string[] text, SimpleNameSyntax name)
    {
        // For an attribute of a parameter, show only the parameter.
        var line = name is { Parent: AttributeSyntax { Parent.Parent: ParameterSyntax parameter } }
            ? parameter.ToString()
            : text[name.GetLocation().GetLineSpan().StartLinePosition.Line];
        var words = line.Split("//")[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return $"`{string.Join(' ', words).Replace("|", "\\|", StringComparison.Ordinal)}`";
    }
}
