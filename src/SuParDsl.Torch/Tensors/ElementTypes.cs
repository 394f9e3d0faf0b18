namespace TorchSharp;

/// <summary>Which .NET type holds an element.</summary>
internal static class ElementTypes
{
    /// <summary>Null where there is none: such elements are read after a conversion, or as <see cref="torch.Tensor.bytes"/>.</summary>
    public static Type? TypeOf(torch.ScalarType type) => type switch
    {
        torch.ScalarType.Byte => typeof(byte),
        torch.ScalarType.Int8 => typeof(sbyte),
        torch.ScalarType.Int16 => typeof(short),
        torch.ScalarType.Int32 => typeof(int),
        torch.ScalarType.Int64 => typeof(long),
        torch.ScalarType.Float16 => typeof(Half),
        torch.ScalarType.Float32 => typeof(float),
        torch.ScalarType.Float64 => typeof(double),
        torch.ScalarType.Bool => typeof(bool),
        _ => null,
    };

    public static torch.ScalarType ScalarOf(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Byte => torch.ScalarType.Byte,
        TypeCode.SByte => torch.ScalarType.Int8,
        TypeCode.Int16 => torch.ScalarType.Int16,
        TypeCode.Int32 => torch.ScalarType.Int32,
        TypeCode.Int64 => torch.ScalarType.Int64,
        TypeCode.Single => torch.ScalarType.Float32,
        TypeCode.Double => torch.ScalarType.Float64,
        TypeCode.Boolean => torch.ScalarType.Bool,
        _ when type == typeof(Half) => torch.ScalarType.Float16,
        _ => throw new NotSupportedException($"No element type for {type.Name}"),
    };
}
