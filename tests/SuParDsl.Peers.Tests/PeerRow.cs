using System.Text.Json;

namespace SuParDsl.Peers.Tests;

/// <summary>One fact of a peer: the numbers that it computes for some inputs.</summary>
/// <param name="Source">The name of its source in the table.</param>
/// <param name="What">A description of the numbers.</param>
/// <param name="Inputs">The inputs. Each area reads its own.</param>
/// <param name="Expected">The peer's numbers.</param>
/// <param name="Tolerance">
/// The largest difference from our numbers, absolute up to a magnitude of 1 and relative beyond.
/// </param>
/// <param name="Relative">The largest relative difference from our numbers, instead of the tolerance.</param>
/// <param name="Here">Our numbers, if they are known to differ.</param>
/// <param name="Reason">The reason for the difference.</param>
internal sealed record PeerRow(
    string Source, string What, JsonElement Inputs, double[] Expected,
    double? Tolerance = null, double? Relative = null, double[]? Here = null, string? Reason = null)
{
    /// <summary>The row's name in its table.</summary>
    public string Name => $"{Source}: {What}";

    public double Number(string input) => Inputs.GetProperty(input).GetDouble();

    public int Integer(string input) => Inputs.GetProperty(input).GetInt32();

    public bool Flag(string input) => Inputs.TryGetProperty(input, out var value) && value.GetBoolean();

    public string Text(string input) => Inputs.GetProperty(input).GetString()!;

    public bool Has(string input) => Inputs.TryGetProperty(input, out _);

    public T Choice<T>(string input)
        where T : struct, Enum => Enum.Parse<T>(Text(input));

    public T List<T>(string input) => Inputs.GetProperty(input).Deserialize<T>()!;

    /// <summary>Compares our numbers with the peer's.</summary>
    public void Check(PeerSource source, double[] ours)
    {
        Assert.True(
            IsClose(ours, Expected),
            $"{source.Peer}, {What}: {Farthest()}; {source.Version}, {source.File} has {Text(Expected)}, "
            + $"this project {Text(ours)}");

        string Farthest() => ours.Length != Expected.Length
            ? $"{ours.Length} numbers in the place of {Expected.Length}"
            : $"the farthest difference is {ours.Zip(Expected).Max(Distance):0.##} times the tolerance";

        double Distance((double First, double Second) pair) => Math.Abs(pair.First - pair.Second) / Bound(pair.Second);

        static string Text(double[] numbers) => string.Join(", ", numbers);
    }

    /// <summary>Whether two lists have the same length, and their numbers are as close as the row requires.</summary>
    public bool IsClose(double[] ours, double[] others) =>
        ours.Length == others.Length && ours.Zip(others).All(pair => Math.Abs(pair.First - pair.Second) <= Bound(pair.Second));

    private double Bound(double expected) =>
        Relative is { } share ? share * Math.Abs(expected) : Tolerance!.Value * Math.Max(1, Math.Abs(expected));
}
