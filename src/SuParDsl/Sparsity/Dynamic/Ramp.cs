using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SuParDsl.Sparsity;

/// <summary>A function of training progress that falls from 1 to 0, or stays constant.</summary>
[JsonConverter(typeof(AsText))]
public sealed class Ramp
{
    private readonly Func<double, double> at;

    private Ramp(string name, Func<double, double> at, bool rises = false) => (Name, this.at, Rises) = (name, at, rises);

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Whether the ramp rises anywhere.</summary>
    internal bool Rises { get; }

    /// <summary>1 throughout.</summary>
    public static Ramp Constant { get; } = new("constant", static _ => 1);

    /// <summary>1 − t.</summary>
    public static Ramp Linear { get; } = new("linear", static t => 1 - t);

    /// <summary>½(1 + cos πt): RigL's own for its drop fraction (arXiv 1911.11134, section 3).</summary>
    public static Ramp Cosine { get; } = new("cosine", static t => 0.5 * (1 + Math.Cos(Math.PI * t)));

    /// <summary>(1 − t)³: gradual magnitude pruning's own for its density (arXiv 1710.01878, equation 1).</summary>
    public static Ramp Cubic { get; } = new("cubic", static t => Math.Pow(1 - t, 3));

    /// <summary>All named ramps.</summary>
    public static ImmutableArray<Ramp> Named { get; } = [Constant, Linear, Cosine, Cubic];

    /// <summary>A piecewise linear ramp through equidistant values, the first at t = 0 and the last at t = 1.</summary>
    /// <exception cref="ArgumentException">There are fewer than two values, or one is outside [0, 1].</exception>
    public static Ramp Through(params ImmutableArray<double> values)
    {
        var name = string.Join(",", values.Select(static value => value.ToString("R", CultureInfo.InvariantCulture)));
        if (values.Length < 2 || values.Any(static value => value is not (>= 0 and <= 1)))
        {
            throw new ArgumentException($"the list {name} is not a ramp: it needs at least two values in [0, 1]", nameof(values));
        }

        return new(
            name,
            t =>
            {
                var place = t * (values.Length - 1);
                var index = Math.Min((int)place, values.Length - 2);
                return values[index] + ((values[index + 1] - values[index]) * (place - index));
            },
            values.Zip(values.Skip(1)).Any(static pair => pair.Second > pair.First));
    }

    /// <summary>Parses a ramp: its name, or its values separated by commas.</summary>
    /// <exception cref="ArgumentException">The text is neither.</exception>
    public static Ramp Parse(string text)
    {
        if (Named.FirstOrDefault(ramp => ramp.Name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } named)
        {
            return named;
        }

        var values = text.Split(',')
            .Select(static part =>
                double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : double.NaN)
            .ToImmutableArray();
        return values.Length > 1 ? Through(values) : throw new ArgumentException(
            $"'{text}' is not a ramp: it must be {string.Join(", ", Named.Select(static ramp => ramp.Name))}, "
            + "or a list like 1,0.5,0",
            nameof(text));
    }

    /// <summary>The value at a progress t, which is clamped to [0, 1].</summary>
    public double At(double t) => at(Math.Clamp(t, 0, 1));

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Ramp other && other.Name == Name;

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    private sealed class AsText : JsonConverter<Ramp>
    {
        public override Ramp Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            try
            {
                return Parse(reader.GetString() ?? string.Empty);
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException)
            {
                throw new JsonException(e.Message);
            }
        }

        public override void Write(Utf8JsonWriter writer, Ramp value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Name);
    }
}
