namespace SuParDsl.Generators.Parsing.Cures;

/// <summary>TorchSharp's functions by name, with what the flow language has in their place.</summary>
internal static class TorchNames
{
    /// <summary>Functions of each element alone, apart from the activations of the language.</summary>
    private static readonly HashSet<string> Elementwise = new(StringComparer.Ordinal)
    {
        "log1p", "log2", "expm1", "rsqrt", "square", "pow", "sin", "cos", "sign", "floor", "ceil", "round", "clamp", "clip",
        "erf", "elu", "celu", "selu", "leaky_relu", "relu6", "hardtanh",
        "hardswish", "hardsigmoid", "mish", "logsigmoid", "gelu", "nan_to_num", "where", "threshold",
    };

    private static readonly Dictionary<string, string> Activations = new(StringComparer.OrdinalIgnoreCase)
    {
        ["relu"] = "Relu", ["gelu"] = "Gelu", ["silu"] = "Silu", ["swish"] = "Silu", ["sigmoid"] = "Sigmoid", ["tanh"] = "Tanh",
        ["softmax"] = "Softmax", ["exp"] = "Exp", ["log"] = "Log", ["sqrt"] = "Sqrt", ["abs"] = "Abs", ["softplus"] = "Softplus",
        ["detach"] = "Detach",
    };

    /// <summary>The layers that take the place of functions with weights or with a state of their own.</summary>
    private static readonly Dictionary<string, (string Why, string Declaration, string Use)> Layers = new(StringComparer.Ordinal)
    {
        ["linear"] = ("a product with weights is a layer", "public Linear Up { get; } = new(inputs, outputs);", "Up"),
        ["dropout"] = ("dropout is a layer, which is off in evaluation", "public Dropout Drop { get; } = new(0.1);", "Drop"),
        ["layer_norm"] = ("a norm is a layer", "public LayerNorm Norm { get; } = new(width);", "Norm"),
        ["rms_norm"] = ("a norm is a layer", "public RmsNorm Norm { get; } = new(width);", "Norm"),
        ["normalize"] = ("a norm is a layer", "public RmsNorm Norm { get; } = new(width);", "Norm"),
        ["batch_norm"] = ("a norm is a layer", "public BatchNorm2d Norm { get; } = new(channels);", "Norm"),
        ["embedding"] = ("a table of rows is a layer", "public Embedding Tok { get; } = new(count, width);", "Tok"),
        ["one_hot"] = ("a table of rows is a layer", "public Embedding Tok { get; } = new(count, width);", "Tok"),
        ["conv2d"] = ("a convolution is a layer", "public Conv2d Conv { get; } = new(inputs, outputs, kernel: 3);", "Conv"),
        ["conv_transpose2d"] = ("a convolution is a layer",
            "public ConvTranspose2d Conv { get; } = new(inputs, outputs, kernel: 2, stride: 2);", "Conv"),
        ["max_pool2d"] = ("pooling is a layer", "public MaxPool2d Shrink { get; } = new(2);", "Shrink"),
        ["avg_pool2d"] = ("pooling is a layer", "public AvgPool2d Shrink { get; } = new(2);", "Shrink"),
        ["interpolate"] = ("upsampling is a layer", "public Upsample2d Enlarge { get; } = new(2);", "Enlarge"),
        ["upsample"] = ("upsampling is a layer", "public Upsample2d Enlarge { get; } = new(2);", "Enlarge"),
    };

    /// <summary>The remedies for functions that have no operation of the same kind; {0} is the tensor.</summary>
    private static readonly Dictionary<string, (string Why, string Remedy)> Others = new(StringComparer.Ordinal)
    {
        ["chunk"] = Several(),
        ["split"] = Several(),
        ["unbind"] = Several(),
        ["adaptive_avg_pool2d"] = ("the mean over positions is .Pool()", "write: {0}.Pool()"),
        ["mean"] = ("a mean is over one axis or over positions", "write {0}.Mean(-1), or {0}.Pool() for the mean over positions"),
        ["view"] = Reshaped,
        ["reshape"] = Reshaped,
        ["flatten"] = Reshaped,
        ["unflatten"] = Reshaped,
        ["permute"] = ("axes are exchanged two at a time", "write: {0}.Transpose(-1, -2)"),
        ["t"] = ("axes are exchanged by number", "write: {0}.Transpose(-1, -2)"),
        ["stack"] = ("it adds an axis", "join along an axis that exists, by Cat(a, b), or write an [Op]: "
            + Op("B d, B d -> B 2 d", "Stack", "torch.stack([a, b], 1)", "Tensor a, Tensor b")),
        ["matmul"] = Product,
        ["mm"] = Product,
        ["bmm"] = Product,
        ["arange"] = ("positions are an operation", "write: Positions(ids)"),
        ["masked_fill"] = ("masks are part of attention",
            "write Attention(q, k, v, causal: true), or Attention(q, k, v, causal: false, mask: mask) for a mask of your own"),
        ["tril"] = Causal,
        ["triu"] = Causal,
        ["to"] = Elsewhere,
        ["cuda"] = Elsewhere,
        ["cpu"] = Elsewhere,
        ["size"] = Size,
        ["sum"] = ("a sum is over one axis", "write: {0}.Sum(-1)"),
        ["max"] = Largest,
        ["amax"] = Largest,
        ["unsqueeze"] = ("it adds an axis", "write an [Op]: " + Op("B d -> B 1 d", "Spread", "x.unsqueeze(1)")),
        ["squeeze"] = ("it removes an axis", "write an [Op]: " + Op("B T 1 -> B T", "Flat", "x.squeeze(-1)")),
    };

    private static (string Why, string Remedy) Reshaped => (Cure.NotAnOperation,
        "write {0}.Heads(headDim) to split heads, {0}.Merge() to join them, {0}.Tokens() to make positions of pixels, "
        + "or {0}.Reshape(…) with the sizes of all axes but the first");

    private static (string Why, string Remedy) Product => ("a product with weights is a layer",
        "declare: public Linear Up {{ get; }} = new(inputs, outputs); and write {0} | Up; two tensors are multiplied in an [Op]: "
        + Op("B T d, B S d -> B T S", "Products", "a.matmul(b.transpose(1, 2))", "Tensor a, Tensor b"));

    private static (string Why, string Remedy) Largest => ("Maximum takes two tensors",
        "write Maximum(a, b), or an [Op] for an axis: " + Op("B T d -> B d", "Largest", "x.amax(1)"));

    private static (string Why, string Remedy) Causal =>
        ("masks are part of attention", "write: Attention(q, k, v, causal: true)");

    private static (string Why, string Remedy) Elsewhere =>
        ("a flow does not choose devices or types", "remove it, and call model.to(…) once; inputs go to the model's device");

    private static (string Why, string Remedy) Size =>
        ("sizes are parameters of the class",
            "use a parameter, and name the axes of the input: [Shape(\"B\", \"T\", nameof(width))]");

    /// <summary>The activation of the language that a function or a module is; null if it is none.</summary>
    public static string? Activation(string function) =>
        Activations.TryGetValue(function, out var activation) ? activation : null;

    /// <summary>The operator of a method such as <c>add</c>.</summary>
    public static string Operator(string method) => method switch { "add" => "+", "sub" => "-", "mul" => "*", _ => "/" };

    /// <summary>The remedy for a function that cannot be replaced as it stands; null if the function is not known.</summary>
    /// <param name="function">The function.</param>
    /// <param name="tensor">Its tensor, as the left side of a pipe and as the owner of a member.</param>
    /// <param name="body">The call with x for the tensor.</param>
    public static Cure? Remedy(string function, Written tensor, string body)
    {
        if (Layers.TryGetValue(function, out var layer))
        {
            return new(layer.Why, $"declare: {layer.Declaration} and write {tensor.Piped} | {layer.Use}");
        }

        if (Others.TryGetValue(function, out var other))
        {
            return new(other.Why, string.Format(System.Globalization.CultureInfo.InvariantCulture, other.Remedy, tensor.Closed));
        }

        return Elementwise.Contains(function) ? new(Cure.NotAnOperation, OfEach(function, body)) : null;
    }

    private static string OfEach(string function, string body)
    {
        var name = string.Concat(function.Split('_').Select(static part =>
            char.ToUpperInvariant(part[0]) + part.Substring(1)));
        return $"write: {name}(…), with [Op(\"... d -> ... d\", PerPosition = true)] static Tensor {name}(Tensor x) => {body};";
    }

    private static (string Why, string Remedy) Several() =>
        ("it gives several tensors", "write: var (a, b) = {0}.Split(2);");

    private static string Op(string contract, string name, string body, string parameters = "Tensor x") =>
        $"[Op(\"{contract}\")] static Tensor {name}({parameters}) => {body};";
}
