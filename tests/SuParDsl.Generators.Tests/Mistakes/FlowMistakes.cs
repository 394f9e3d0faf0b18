namespace SuParDsl.Generators.Tests.Mistakes;

/// <summary>What people write in a flow who know PyTorch or TorchSharp.</summary>
internal static class FlowMistakes
{
    public static MistakeGroup Functions { get; } = new("Functions and layers in a flow",
    [
        Of("torch.nn.functional.relu(x)"),
        Of("torch.nn.functional.relu(Up.forward(x))"),
        Of("Down.forward(torch.nn.functional.gelu(Up.forward(x)))"),
        Of("Up.forward(x)"),
        Of("Up(x)"),
        Of("Relu(x | Up)"),
        Of("(x | Up).relu()"),
        Of("x | Up | torch.nn.ReLU() | Down"),
        Of("x | Up | Relu() | Down"),
        Of("x | Up.forward"),
        Of("x || Up"),
        Of("x + x | Norm | Mix"),
        Of("x | new Linear(width, width)"),
        Of("x | Heads(headDim)"),
        Of("x | Mean(-1)"),
        Of("x.softmax(-1)"),
        Of("torch.nn.functional.leaky_relu(x, 0.1)"),
        Of("x.exp()"),
        Of("torch.nn.functional.dropout(x, 0.1)"),
        Of("torch.nn.functional.layer_norm(x, [width])"),
        Of("torch.nn.functional.linear(x, Up.weight)"),
        Of("x.matmul(Up.weight)"),
        Of("x * Up.weight"),
        Of("torch.nn.functional.scaled_dot_product_attention(x, x, x, is_casual: true)"),
        Of("x.masked_fill(x, 0)"),
        Of("Twice(x)", "static Tensor Twice(Tensor x) => x * 2;"),
        Of("Twice(x)", "Tensor Twice(Tensor x) => (x | Mix) * 2;"),
    ]);

    public static MistakeGroup Shapes { get; } = new("Shapes in a flow",
    [
        Of("x.mean(1)"),
        Of("x.mean(-1)"),
        Of("x.sum(1)"),
        Of("x.view(2, 8, 4, headDim).transpose(1, 2)"),
        Of("x.transpose(1, 2).contiguous().view(2, 8, width)"),
        Of("x.transpose(1, 2)"),
        Of("x.reshape(-1, width)"),
        Of("x.flatten(1)"),
        Of("torch.cat(new[] { x, x | Mix }, -1)"),
        Of("x.chunk(2, -1)"),
        Of("x.Split(2)"),
        Of("x[.., 0]"),
        Of("x * x.shape[1]"),
        Of("x.unsqueeze(1)"),
        Of("x.Mean(1)"),
        Of("x.permute(0, 2, 1)"),
        Of("torch.maximum(x, x | Mix)"),
        Of("x.detach()"),
        Of("x.cuda()"),
        Of("x.clone()"),
        Of("torch.arange(8)"),
    ]);

    public static MistakeGroup Statements { get; } = new("Statements in a flow",
    [
        OfStatements("for (var i = 0; i < 4; i++) { x = x | Mix; }"),
        OfStatements("foreach (var layer in new[] { Mix }) { x = x | layer; }"),
        OfStatements("if (width > 64) { x = x | Mix; }"),
        Of("width > 64 ? x | Mix : x"),
        OfStatements("using var y = x | Mix; x = x + y;"),
        OfStatements("Console.WriteLine(x);"),
        OfStatements("x.add_(x);"),
        OfStatements("var y = x is { } z ? z : x; x = y;"),
        OfStatements("Tensor Twice(Tensor y) => y; x = Twice(x);"),
    ]);

    private static Mistake Of(string expression, string member = "") => new(
        member.Length == 0 ? expression : $"{member} … {expression}", Block($"=> {expression};", member));

    private static Mistake OfStatements(string statements) => new(statements, Block($$"""
        {
                {{statements}}
                return x | Mix;
            }
        """, string.Empty));

    private static string Block(string body, string member) => $$"""
        [Block]
        public partial class Mine([MuWidth] int width, int headDim)
        {
            public Linear    Up     { get; } = new(width, 4 * width);
            public Linear    Down   { get; } = new(4 * width, width);
            public Linear    Mix    { get; } = new(width, width);
            public LayerNorm Norm   { get; } = new(width);
            {{member}}
            [Flow] Tensor Flow(Tensor x) {{body}}
        }
        """;
}
