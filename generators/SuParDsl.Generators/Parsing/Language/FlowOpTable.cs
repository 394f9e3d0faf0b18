using SuParDsl.Generators.Model;

namespace SuParDsl.Generators.Parsing.Language;

/// <summary>The operations of the flow language, other than layers.</summary>
internal static class FlowOpTable
{
    public const string Heads = "Heads";
    public const string Merge = "Merge";
    public const string Tokens = "Tokens";
    public const string Pool = "Pool";
    public const string Cat = "Cat";
    public const string Mean = "Mean";
    public const string Sum = "Sum";
    public const string Transpose = "Transpose";
    public const string Reshape = "Reshape";
    public const string Maximum = "Maximum";
    public const string Minimum = "Minimum";
    public const string Split = "Split";
    public const string Positions = "Positions";
    public const string Attention = "Attention";
    public const string Position = "position";
    public const string Mask = "mask";
    public const string KeyMask = "keyMask";
    public const string Documents = "documents";
    public const string Window = "window";
    public const string Dropout = "dropout";
    public const string Call = "call";

    private static readonly Dictionary<string, ActivationFunction> Activations = Enum.GetValues(typeof(ActivationFunction))
        .Cast<ActivationFunction>().ToDictionary(static function => function.ToString(), StringComparer.Ordinal);

    /// <summary>The parameters of <c>Attention</c> that must be stated.</summary>
    public static readonly string[] AttentionRequired = ["q", "k", "v", "causal"];

    /// <summary>The parameters of <c>Attention</c> that are masks.</summary>
    public static readonly string[] AttentionMasks = [Mask, KeyMask, Documents];

    /// <summary>The parameters of <c>Attention</c>.</summary>
    public static readonly string[] AttentionParameters =
        [.. AttentionRequired, Position, .. AttentionMasks, Window, Dropout];

    /// <summary>The name of every operation.</summary>
    public static IEnumerable<string> All =>
    [
        .. Activations.Keys, Heads, Merge, Tokens, Pool, Split, Mean, Sum, Transpose, Reshape, Positions, Attention, Cat, Maximum,
        Minimum,
    ];

    /// <summary>The activation function that a name stands for; null for every other name.</summary>
    public static ActivationFunction? Activation(string name) =>
        Activations.TryGetValue(name, out var function) ? function : null;

    /// <summary>
    /// Whether the kernels of sparse layers can apply an activation, which is then a member of <c>Nonlinearity</c>.
    /// </summary>
    public static bool IsNonlinearity(ActivationFunction function) =>
        function is ActivationFunction.Relu or ActivationFunction.Gelu or ActivationFunction.Silu;

    /// <summary>A call of an operation as it may be written; null for every other name.</summary>
    public static string? Usage(string name) => name switch
    {
        Heads => "x.Heads(headDim)",
        Merge or Tokens or Pool => $"x.{name}()",
        Split => "var (a, b) = x.Split(2);",
        Mean or Sum => $"x.{name}(-1)",
        Transpose => "x.Transpose(-1, -2)",
        Reshape => "x.Reshape(heads, headDim)",
        Maximum or Minimum => $"{name}(a, b)",
        Positions => "Positions(ids)",
        Attention => "Attention(q, k, v, causal: true)",
        Cat => "Cat(a, b)",
        _ => null,
    };

    /// <summary>Whether an operation is called on a tensor, as in <c>x.Merge()</c>.</summary>
    public static bool IsMember(string name) => name is Heads or Merge or Tokens or Pool or Split or Mean or Sum
        or Transpose or Reshape;

    /// <summary>Whether an operation is a function, as <c>Relu</c> or <c>Cat(a, b)</c>.</summary>
    public static bool IsFunction(string name) => Activation(name) is not null || name is Positions or Attention or Cat
        or Maximum or Minimum;
}
