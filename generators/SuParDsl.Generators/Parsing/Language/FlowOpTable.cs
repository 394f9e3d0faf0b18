namespace SuParDsl.Generators.Parsing.Language;

/// <summary>The operations of the flow language, other than layers.</summary>
internal static class FlowOpTable
{
    public const string Heads = "Heads";
    public const string Merge = "Merge";
    public const string Tokens = "Tokens";
    public const string Pool = "Pool";
    public const string Cat = "Cat";
    public const string Split = "Split";
    public const string Positions = "Positions";
    public const string Attention = "Attention";
    public const string Position = "position";
    public const string Call = "call";

    /// <summary>The parameters of <c>Attention</c>; the last may be left out.</summary>
    public static readonly string[] AttentionParameters = ["q", "k", "v", "causal", Position];

    private static readonly (string Name, string Function)[] Activations =
    [
        ("Relu", "global::TorchSharp.torch.nn.functional.relu({0})"),
        ("Gelu", "global::TorchSharp.torch.nn.functional.gelu({0})"),
        ("GeluTanh", "global::TorchSharp.torch.nn.functional.gelu({0}, global::TorchSharp.Modules.GELU.Approximate.tanh)"),
        ("Silu", "global::TorchSharp.torch.nn.functional.silu({0})"),
        ("Sigmoid", "global::TorchSharp.torch.sigmoid({0})"),
        ("Tanh", "global::TorchSharp.torch.tanh({0})"),
        ("Softmax", "global::TorchSharp.torch.nn.functional.softmax({0}, -1)"),
    ];

    /// <summary>The name of every operation.</summary>
    public static IEnumerable<string> All =>
        [.. Activations.Select(static a => a.Name), Heads, Merge, Tokens, Pool, Split, Positions, Attention, Cat];

    /// <summary>The call of an activation at run time, with {0} in place of its input; null for every other name.</summary>
    public static string? Activation(string name) => Array.Find(Activations, a => a.Name == name).Function;

    /// <summary>
    /// Whether the kernels of sparse layers can apply an activation, which is then a member of <c>Nonlinearity</c>.
    /// </summary>
    public static bool IsNonlinearity(string name) => name is "Relu" or "Gelu" or "Silu";

    /// <summary>Whether an operation is called on a tensor, as in <c>x.Merge()</c>.</summary>
    public static bool IsMember(string name) => name is Heads or Merge or Tokens or Pool or Split;

    /// <summary>Whether an operation is a function, as <c>Relu</c> or <c>Cat(a, b)</c>.</summary>
    public static bool IsFunction(string name) => Activation(name) is not null || name is Positions or Attention or Cat;
}
