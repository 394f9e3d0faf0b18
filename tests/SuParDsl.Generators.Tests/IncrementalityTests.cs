using System.Collections;
using System.Reflection;
using Microsoft.CodeAnalysis;

namespace SuParDsl.Generators.Tests;

/// <summary>After an edit, as little as possible runs again.</summary>
public sealed class IncrementalityTests
{
    private static readonly string[] Steps = [.. typeof(TrackingNames).GetFields()
        .Select(static field => (string)field.GetRawConstantValue()!)];

    [Fact]
    public void An_edit_elsewhere_emits_nothing_again()
    {
        var result = After(static compilation => compilation.Edit(2, "class Elsewhere { int x; }"));
        Assert.All(Steps, step => Assert.All(Reasons(result, step), static reason =>
            Assert.True(reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, reason.ToString())));
        Assert.All(Outputs(result), static reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    /// <summary>A comment at the end of a line or below a flow does not change the positions of its parts.</summary>
    [Fact]
    public void A_comment_in_a_model_emits_nothing_again()
    {
        var result = After(static compilation => compilation.Edit(
            1, Harness.NanoGpt.Replace("| Tok.Unembed);", "| Tok.Unembed);   // tied", StringComparison.Ordinal)
                + "\n// the end\n"));
        Assert.All(
            Reasons(result, TrackingNames.ParseModels),
            static reason => Assert.Equal(IncrementalStepRunReason.Unchanged, reason));
        Assert.All(
            Reasons(result, TrackingNames.ParseBlocks),
            static reason => Assert.Equal(IncrementalStepRunReason.Unchanged, reason));
        Assert.All(Outputs(result), static reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    /// <summary>
    /// Emitted files refer to lines of the flows, so the files of the flows below the edit are printed again, and no
    /// others.
    /// </summary>
    [Theory]
    [InlineData("[Model]", 4)]
    [InlineData("/// <summary>Causal self-attention", 2)]
    [InlineData("/// <summary>Two linear maps", 1)]
    public void A_line_inserted_emits_the_flows_below_it_again(string before, int moved)
    {
        var result = After(compilation =>
            compilation.Edit(1, Harness.NanoGpt.Replace(before, "// a comment\n" + before, StringComparison.Ordinal)));
        Assert.Equal(Enumerable.Repeat(IncrementalStepRunReason.Modified, moved), Outputs(result)
            .Where(static reason => reason != IncrementalStepRunReason.Cached));
    }

    [Fact]
    public void An_edit_of_one_class_emits_that_class_again()
    {
        var result = After(static compilation =>
            compilation.Edit(1, Harness.NanoGpt.Replace("x | Up | Gelu", "x | Up | Relu", StringComparison.Ordinal)));
        Assert.Equal([IncrementalStepRunReason.Modified], Outputs(result)
            .Where(static reason => reason != IncrementalStepRunReason.Cached));
    }

    [Fact]
    public void An_edit_of_a_record_of_sizes_emits_only_its_model_again()
    {
        const string Model = """
            [Model]
            public partial class M(Sizes s)
            {
                public Linear Up { get; } = new(s.Width, s.Inner);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """;
        const string Record = "public sealed record Sizes([MuWidth(64)] int Width) { public int Inner => 4 * Width; }";
        var compilation = Harness.Compile(Model, Record, Harness.NanoGpt);
        var driver = Harness.Driver().RunGenerators(compilation);
        var comment = driver.RunGenerators(compilation.Edit(2, "// the sizes\n" + Record)).GetRunResult().Results[0];
        var edit = driver.RunGenerators(compilation.Edit(2,
            Record.Replace("4 *", "2 *", StringComparison.Ordinal))).GetRunResult().Results[0];

        Assert.All(Outputs(comment), static reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
        Assert.Equal([IncrementalStepRunReason.Modified],
            Outputs(edit).Where(static reason => reason != IncrementalStepRunReason.Cached));
        Assert.Contains("2 * width", edit.GeneratedSources.Single(f => f.HintName == "M.g.cs").SourceText.ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Every_step_has_a_name()
    {
        var result = After(static compilation => compilation);
        Assert.All(Steps, step => Assert.Contains(step, result.TrackedSteps.Keys));
    }

    [Fact]
    public void Equal_sources_give_equal_models()
    {
        var (first, second) = (Models(Harness.NanoGpt), Models(Harness.NanoGpt));
        Assert.Equal(first, second);
        Assert.Equal(first.Select(static model => model.GetHashCode()), second.Select(static model => model.GetHashCode()));
        Assert.NotSame(first[0], second[0]);
    }

    [Fact]
    public void A_model_holds_values_without_symbols_and_syntax()
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        foreach (var model in Models(Harness.NanoGpt).Concat(Models(Harness.Declaration("Features"))))
        {
            Walk(model, seen);
        }

        Assert.True(seen.Count > 100);
    }

    private static void Walk(object? value, HashSet<object> seen)
    {
        if (value is null || !seen.Add(value))
        {
            return;
        }

        var type = value.GetType();
        Assert.False(
            value is ISymbol or SyntaxNode or SyntaxTree or Location or Compilation or SemanticModel or Diagnostic or Delegate,
            type.FullName);
        if (type.IsPrimitive || type.IsEnum || value is string)
        {
            return;
        }

        if (value is IEnumerable items)
        {
            foreach (var item in items)
            {
                Walk(item, seen);
            }

            return;
        }

        Assert.Equal(typeof(DeclarationGenerator).Assembly, type.Assembly);
        foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            Walk(field.GetValue(value), seen);
        }
    }

    private static object[] Models(string source)
    {
        var result = Harness.Driver().RunGenerators(Harness.Compile(source)).GetRunResult().Results[0];
        return [.. new[] { TrackingNames.Models, TrackingNames.Blocks }.SelectMany(step =>
            result.TrackedSteps[step]).SelectMany(static step => step.Outputs).Select(static output => output.Value)];
    }

    private static GeneratorRunResult After(Func<Microsoft.CodeAnalysis.CSharp.CSharpCompilation, Compilation> edit)
    {
        var compilation = Harness.Compile(Harness.NanoGpt, "class Elsewhere { }");
        return Harness.Driver().RunGenerators(compilation).RunGenerators(edit(compilation)).GetRunResult().Results[0];
    }

    private static IEnumerable<IncrementalStepRunReason> Reasons(GeneratorRunResult result, string step) =>
        result.TrackedSteps[step].SelectMany(static run => run.Outputs).Select(static output => output.Reason);

    private static IEnumerable<IncrementalStepRunReason> Outputs(GeneratorRunResult result) =>
        result.TrackedOutputSteps.SelectMany(static step =>
            step.Value).SelectMany(static run => run.Outputs).Select(static output => output.Reason);
}
