namespace SuParDsl.Checkpoints;

/// <summary>The element types of the safetensors format, by the names that its headers use.</summary>
public static class SafetensorsType
{
    /// <summary>Single-precision floats.</summary>
    public const string Float = "F32";

    /// <summary>Half-precision floats.</summary>
    public const string Half = "F16";

    /// <summary>Floats of 16 bits with the exponent of single precision.</summary>
    public const string BFloat16 = "BF16";

    /// <summary>Signed 64-bit integers.</summary>
    public const string Long = "I64";

    /// <summary>Bytes.</summary>
    public const string Byte = "U8";

    /// <summary>The size of an element in bytes; null if the format does not have the type.</summary>
    public static int? SizeOf(string type) => type switch
    {
        "BOOL" or "U8" or "I8" or "F8_E4M3" or "F8_E5M2" => 1,
        "U16" or "I16" or "F16" or "BF16" => 2,
        "U32" or "I32" or "F32" => 4,
        "U64" or "I64" or "F64" => 8,
        _ => null,
    };
}
