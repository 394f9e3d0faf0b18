using System.Globalization;
using System.Reflection;

namespace SuParDsl.Torch.Tests;

/// <summary>Writes members the way the API list does.</summary>
internal static class ApiText
{
    private const BindingFlags Own =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void", [typeof(bool)] = "bool", [typeof(byte)] = "byte", [typeof(int)] = "int", [typeof(long)] = "long",
        [typeof(float)] = "float", [typeof(double)] = "double", [typeof(string)] = "string", [typeof(object)] = "object",
    };

    /// <summary>What a type declares, written as members of <paramref name="of"/>.</summary>
    public static IEnumerable<string> Members(Type type, Type of)
    {
        string owner = FullName(of) + ".";
        if (type.IsEnum) return Enum.GetNames(type).Select(name => owner + name);
        if (typeof(Delegate).IsAssignableFrom(type)) return [];
        return type.GetConstructors(Own).Where(c => !c.IsStatic && Visible(c)).Select(c => $"{owner}ctor({Parameters(c.GetParameters())})")
            .Concat(type.GetFields(Own).Where(f => f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly)
                .Select(f => $"{owner}{f.Name} : {Name(f.FieldType)} field"))
            .Concat(type.GetProperties(Own).Where(p => p.GetAccessors(true).Any(Visible)).Select(p => owner + Property(p)))
            .Concat(type.GetMethods(Own).Where(m => Visible(m) && (!m.IsSpecialName || m.Name.StartsWith("op_"))).Select(m => owner + Method(m)));
    }

    public static string FullName(Type type) => type.Namespace + "." + Name(type);

    private static bool Visible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Method(MethodInfo method)
    {
        string generic = method.IsGenericMethod ? "<" + string.Join(", ", method.GetGenericArguments().Select(Name)) + ">" : "";
        string text = $"{method.Name}{generic}({Parameters(method.GetParameters())}) : {Name(method.ReturnType)}";
        if (method.IsStatic) text += " static";
        if (method.IsAbstract) text += " abstract";
        else if (method.IsVirtual && !method.IsFinal) text += " virtual";
        return method.IsPublic ? text : text + " protected";
    }

    private static string Property(PropertyInfo property)
    {
        var indices = property.GetIndexParameters();
        string index = indices.Length == 0 ? "" : "[" + string.Join(", ", indices.Select(p => $"{Name(p.ParameterType)} {p.Name}")) + "]";
        string get = property.GetMethod is { } g && Visible(g) ? "get; " : "";
        string set = property.SetMethod is { } s && Visible(s) ? "set; " : "";
        return $"{property.Name}{index} : {Name(property.PropertyType)} {{ {get}{set}}}";
    }

    private static string Parameters(ParameterInfo[] parameters) => string.Join(", ", parameters.Select(parameter =>
    {
        string start = parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "";
        return $"{start}{Name(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? " = " + Default(parameter) : "")}";
    }));

    private static string Default(ParameterInfo parameter)
    {
        object? value = parameter.RawDefaultValue;
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        return value switch
        {
            null => type.IsValueType && type == parameter.ParameterType ? "default" : "null",
            bool flag => flag ? "true" : "false",
            string text => $"\"{text}\"",
            _ when type.IsEnum => Enum.GetName(type, value)!,
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString()!,
        };
    }

    private static string Name(Type type)
    {
        if (Keywords.TryGetValue(type, out var keyword)) return keyword;
        if (type.IsByRef) return "ref " + Name(type.GetElementType()!);
        if (type.IsArray) return Name(type.GetElementType()!) + "[]";
        if (Nullable.GetUnderlyingType(type) is { } underlying) return Name(underlying) + "?";
        if (type.IsGenericParameter) return type.Name;
        string path = type.Name.Split('`')[0];
        for (Type? outer = type.DeclaringType; outer is not null; outer = outer.DeclaringType) path = outer.Name.Split('`')[0] + "." + path;
        return type.IsGenericType ? path + "<" + string.Join(", ", type.GetGenericArguments().Select(Name)) + ">" : path;
    }
}
