using System.Globalization;
using System.Text;

namespace SuParDsl.Programs.Tests;

/// <summary>A small random model that compiles: its source, with an entry through which it is created and run.</summary>
/// <param name="Namespace">The namespace of the model <c>Net</c> and of <c>Entry</c>.</param>
/// <param name="Source">The declaration.</param>
/// <param name="Sizes">The sizes with which <c>Entry</c> creates it, as C#.</param>
internal sealed record RandomDeclaration(string Namespace, string Source, string Sizes)
{
    /// <summary>The numbers of classes and of ids, and the length of a row of features.</summary>
    public const int Classes = 5, Features = 6;

    private static readonly string[] Activations = ["Relu", "Gelu", "Silu", "Tanh"];

    /// <summary>All of the source: the declaration and its entry.</summary>
    public string Complete => $$"""
        namespace {{Namespace}};

        {{Source}}
        public static class Entry
        {
            public static Model Make(long seed) => new Net(Net.Base with { {{Sizes}} }, seed);

            public static Tensor Call(Model model, Tensor x) => ((Net)model).call(x);
        }
        """;

    /// <summary>Draws a declaration.</summary>
    public static RandomDeclaration Draw(string @namespace, Random random)
    {
        var kind = random.Next(3);
        var method = Pick(random, "Static", "Static", "Set", "RigL", "Gmp");
        var (layers, flow, blocks) = (new StringBuilder(), new StringBuilder(), new StringBuilder());
        var width = Pick(random, 16, 32);
        var parts = random.Next(1, 4);
        for (var i = 0; i < parts; i++)
        {
            Part(i, kind, method, random, layers, flow, blocks);
        }

        var (enter, shape, head) = kind switch
        {
            0 => ($"public Linear In {{ get; }} = new({Features}, width);", $"[Shape(\"B\", {Features})] Tensor x", "x | Head"),
            1 => ($"public Embedding In {{ get; }} = new({Classes}, width);", "[Shape(\"B\", \"T\")] Tensor x", "x | Head"),
            _ => (
                "public Conv2d In { get; } = new(1, width, kernel: 3, padding: 1);",
                "[Shape(\"B\", 1, 6, 6)] Tensor x",
                "x.Pool() | Head"),
        };
        var tied = kind == 1 && random.Next(3) == 0;
        var realised = random.Next(4) == 0 ? "(RuleDensity = RuleDensity.Realised)" : "";
        var rule = method == "RigL" ? Pick(random, "SuPar", "Measured") : Pick(random, "SuPar", "SuPar", "MuP", "Standard");
        var source = $$"""
            [Model{{realised}}]
            public partial class Net([MuWidth(16)] int width, [Density] double density = 1.0, Rule rule = Rule.{{rule}})
            {
                {{Attributes(random, sparse: null)}}{{enter}}
            {{layers}}    {{(tied ? "" : $"public Linear Head {{ get; }} = new(width, {Classes}{Bias(random)});")}}

                [Flow] Tensor Flow({{shape}})
                {
                    var h = x | In;
            {{flow}}        return {{(tied ? "h | In.Unembed" : head.Replace("x", "h", StringComparison.Ordinal))}};
                }
            }

            {{blocks}}
            """;
        var density = Pick(random, 0.125, 0.25, 0.5, 1.0).ToString(CultureInfo.InvariantCulture);
        return new(@namespace, source, $"Width = {width}, Density = {density}");
    }

    // One layer, a residual branch, a layer that is used twice, a stack of blocks or, in images, convolutions.
    private static void Part(
        int i, int kind, string method, Random random, StringBuilder layers, StringBuilder flow, StringBuilder blocks)
    {
        var activation = Pick(random, Activations);
        string Sparse() => random.Next(5) == 0 ? "" : SparseOf(method, kind == 2, random);
        void Layer(string text) => layers.Append("    ").Append(text).Append('\n');
        void Step(string text) => flow.Append("        ").Append(text).Append('\n');

        if (kind == 2)
        {
            var kernel = Pick(random, 1, 3);
            Layer($"{Attributes(random, Sparse())}public Conv2d C{i} {{ get; }} = "
                + $"new(width, width, kernel: {kernel}, padding: {kernel / 2}{Bias(random)});");
            if (random.Next(2) == 0)
            {
                Layer($"public BatchNorm2d N{i} {{ get; }} = new(width);");
                Step($"h = h + (h | C{i} | N{i} | {activation});");
            }
            else
            {
                Step($"h = h | C{i} | {activation};");
            }

            return;
        }

        switch (random.Next(4))
        {
            case 0:
                Layer($"{Attributes(random, Sparse())}public Linear L{i} {{ get; }} = new(width, width{Bias(random)});");
                Step($"h = h | L{i} | {activation};");
                break;
            case 1:
                Layer($"{Attributes(random, null)}public {Pick(random, "LayerNorm", "RmsNorm")} N{i} {{ get; }} = new(width);");
                Layer($"{Attributes(random, Sparse())}public Linear U{i} {{ get; }} = new(width, 2 * width{Bias(random)});");
                Layer($"{Attributes(random, Sparse())}public Linear D{i} {{ get; }} = new(2 * width, width{Bias(random)});");
                Step($"h = h + (h | N{i} | U{i} | {activation} | D{i});");
                break;
            case 2:
                Layer($"{Attributes(random, Sparse())}public Linear S{i} {{ get; }} = new(width, width{Bias(random)});");
                Step($"h = h | S{i} | {activation} | S{i};");
                break;
            default:
                Layer($"public Repeat<Block{i}> R{i} {{ get; }} = new({random.Next(1, 3)}, () => new(width, density));");
                Step($"h = h | R{i};");
                blocks.Append($$"""
                    [Block]
                    public partial class Block{{i}}([MuWidth] int width, [Density] double density)
                    {
                        public {{Pick(random, "LayerNorm", "RmsNorm")}} Norm { get; } = new(width);
                        {{Attributes(random, Sparse())}}public Linear Up { get; } = new(width, width{{Bias(random)}});
                        {{Attributes(random, Sparse())}}public Linear Down { get; } = new(width, width{{Bias(random)}});

                        [Flow] Tensor Flow(Tensor x) => x + (x | Norm | Up | {{activation}} | Down);
                    }


                    """);
                break;
        }
    }

    private static string SparseOf(string method, bool isImage, Random random)
    {
        var mask = method is "Set" or "RigL" || isImage
            ? Pick(random, "Exact", "Bernoulli")
            : Pick(random, "Exact", "Bernoulli", "Balanced");
        var storage = isImage ? "" : Pick(random, "", ", Storage = Storage.Masked", ", Storage = Storage.Compressed");
        var density = random.Next(4) == 0 ? "0.25" : "nameof(density)";
        return $"[Sparse({density}, Mask = Mask.{mask}, Method = SparsityMethod.{method}{storage})] ";
    }

    private static string Attributes(Random random, string? sparse) =>
        (sparse ?? "") + (random.Next(6) == 0 ? "[LrScale(0.5)] " : "") + (random.Next(6) == 0 ? "[NoDecay] " : "");

    private static string Bias(Random random) => random.Next(2) == 0 ? ", bias: false" : "";

    private static T Pick<T>(Random random, params T[] choices) => choices[random.Next(choices.Length)];
}
