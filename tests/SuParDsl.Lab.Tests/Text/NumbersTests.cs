using SuParDsl.Lab.Text;

namespace SuParDsl.Lab.Tests.Text;

public sealed class NumbersTests
{
    [Theory]
    [InlineData("1,1/4,0.5", new[] { 1, 0.25, 0.5 })]
    [InlineData("2^-3..2^-1", new[] { 0.125, 0.25, 0.5 })]
    [InlineData("256..64,1", new[] { 256.0, 128, 64, 1 })]
    [InlineData("3..13", new[] { 3.0, 6, 12 })]
    public void Lists_and_ranges_are_read(string text, double[] expected)
    {
        Assert.True(Numbers.TryParseList(text, out var values));
        Assert.Equal(expected, values);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1,,2")]
    [InlineData("1,1")]
    [InlineData("1..2..3")]
    [InlineData("0..1")]
    [InlineData("-1..1")]
    [InlineData("2^x")]
    public void A_text_that_is_not_a_list_is_refused(string text) => Assert.False(Numbers.TryParseList(text, out _));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(-0.5, "-0.5")]
    [InlineData(1, "1")]
    [InlineData(256, "256")]
    [InlineData(0.0625, "1/16")]
    [InlineData(0.001953125, "2^-9")]
    [InlineData(0.3, "0.3")]
    public void Powers_of_two_read_as_such(double value, string expected) => Assert.Equal(expected, Numbers.Text(value));

    [Theory]
    [InlineData(-9, "2⁻⁹")]
    [InlineData(0, "2⁰")]
    [InlineData(12, "2¹²")]
    public void Powers_on_axes_are_raised(int exponent, string text) => Assert.Equal(text, Numbers.Power(exponent));
}
