using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using static TorchSharp.torch;

namespace SuParDsl.Generators.Tests;

/// <summary>Stack traces of an emitted forward point into the user's flow.</summary>
public sealed partial class LineMappingTests
{
    private const string Source = """
        using System;

        namespace App;

        [Model]
        public partial class M([MuWidth(8)] int width, [Density] double density = 1)
        {
            public Linear In   { get; } = new(3, width);

            [Sparse(nameof(density))]
            public Linear Wide { get; } = new(width, 2 * width);

            public Linear Out  { get; } = new(2 * width, 5);

            [Flow]
            Tensor Flow(Tensor x)
            {
                var h = x | In;
                h = Fail(h, 1);                             // op 1
                h = Fail(h, 2)                              // op 2
                    | Wide                                  // guard
                    | Relu
                    | Out;
                return Fail(h, 3);                          // op 3
            }

            public static int Failing { get; set; }

            [Op("... d -> ... d")]
            static Tensor Fail(Tensor x, int which) => which == Failing ? throw new InvalidOperationException("as asked")
                : Failing == -which ? x.narrow(-1, 0, 4) : x;
        }
        """;

    private static readonly Lazy<Type> Model = new(static () => Load("/home/someone/model/M.cs", pathMap: null));

    [Theory]
    [InlineData(1, "op 1")]
    [InlineData(2, "op 2")]
    [InlineData(3, "op 3")]
    [InlineData(-2, "guard")]
    public void An_error_in_an_op_or_a_layer_is_traced_to_its_place_in_the_flow(int failing, string mark)
    {
        Assert.Equal(("/home/someone/model/M.cs", LineOf(mark)), TopFrame(Model.Value, failing));
    }

    [Fact]
    public void A_mapped_path_is_the_one_in_the_emitted_file()
    {
        var model = Load("/home/someone/model/M.cs", new("/home/someone", "/_"));
        Assert.Equal(("/_/model/M.cs", LineOf("op 2")), TopFrame(model, 2));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a \"quoted\" name.cs")]
    public void A_file_that_no_directive_can_name_is_not_named(string path)
    {
        var compilation = Harness.Compile(Source);
        var run = Harness.Generate(
            compilation.ReplaceSyntaxTree(compilation.SyntaxTrees[1], compilation.SyntaxTrees[1].WithFilePath(path)));
        Assert.Empty(run.CSharp);
        Assert.DoesNotContain("#line", run.Text("App.M.g.cs"), StringComparison.Ordinal);
    }

    /// <summary>The position in the emitted forward at which an op or a layer threw.</summary>
    private static (string File, int Line) TopFrame(Type type, int failing)
    {
        type.GetProperty("Failing")!.SetValue(null, failing);
        using var model = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(type, 8, 0.5)!;
        type.GetMethod("UseStorage")!.Invoke(model, [Storage.Compressed]);
        using var x = ones(2, 3);
        var trace = Assert.ThrowsAny<Exception>(() => model.call(x)).StackTrace!;
        var frame = ForwardFrame().Match(trace);
        Assert.True(frame.Success, trace);
        return (frame.Groups["file"].Value, int.Parse(frame.Groups["line"].Value, null));
    }

    /// <summary>The model, compiled with portable debug information as in a build.</summary>
    private static Type Load(string path, KeyValuePair<string, string>? pathMap)
    {
        var compilation = Harness.Compile(Source);
        var tree = compilation.SyntaxTrees[1];
        compilation = compilation
            .ReplaceSyntaxTree(tree, tree.WithFilePath(path))
            .WithOptions(compilation.Options.WithSourceReferenceResolver(
                new SourceFileResolver([], "/home/someone", pathMap is { } map ? [map] : [])));
        using MemoryStream assembly = new(), symbols = new();
        var emitted = Harness.Generate(compilation).Output
            .Emit(assembly, symbols, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb));
        Assert.True(emitted.Success, string.Join("\n", emitted.Diagnostics));
        return Assembly.Load(assembly.ToArray(), symbols.ToArray()).GetType("App.M", throwOnError: true)!;
    }

    private static int LineOf(string mark) =>
        Source[..Source.IndexOf("// " + mark, StringComparison.Ordinal)].Count(static c => c == '\n') + 1;

    [GeneratedRegex(@"App\.M\.forward\(.*\) in (?<file>.*):line (?<line>\d+)")]
    private static partial Regex ForwardFrame();
}
