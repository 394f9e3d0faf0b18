using Gpt2;
using SuParDsl.Lab.Tests.Commands;
using SuParDsl.Lab.Tests.Interop;

namespace SuParDsl.Lab.Tests.Generation;

public sealed class SampleTests(TinyRun tiny) : IClassFixture<TinyRun>, IDisposable
{
    private const string Line = "---------------\n";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("--temperature", "0")]
    [InlineData("--seed", "3")]
    [InlineData("--seed", "4", "--top-k", "5", "--top-p", "0.9", "--min-p", "0.01", "--repetition-penalty", "1.2")]
    public void The_text_is_the_same_with_and_without_the_cache(params string[] options)
    {
        // The window is 16 tokens.
        string[] command = ["sample", tiny.Run, "--prompt", "The", "--length", "13", .. options];
        var with = CommandLine.Run([.. command, "--cache", "on"]);
        Assert.Equal((0, string.Empty), (with.Code, with.Error));
        Assert.Equal(with, CommandLine.Run([.. command, "--cache", "off"]));
        Assert.Equal(with, CommandLine.Run([.. command, "--storage", "compressed"]));
        Assert.Equal(with, CommandLine.Run([.. command, "--storage", "masked"]));
    }

    [Fact]
    public void A_text_may_be_longer_than_the_window()
    {
        var (code, output, _) = CommandLine.Run("sample", tiny.Run, "--length", "100");
        Assert.Equal((0, 101), (code, output.ReplaceLineEndings("\n").Length));
    }

    [Fact]
    public void Several_samples_have_draws_of_their_own_and_the_first_is_that_of_one()
    {
        var one = Output("--prompt", "The ", "--length", "11", "--seed", "2");
        var three = Output("--prompt", "The ", "--length", "11", "--seed", "2", "--samples", "3", "--temperature", "0.8");
        var texts = three.Split(Line);
        Assert.Equal(3, texts.Distinct().Count());
        Assert.Equal(one, texts[0]);
        Assert.All(texts, static text => Assert.StartsWith("The ", text));
        Assert.All(texts, static text => Assert.Equal(4 + 11 + 1, text.Length));
    }

    [Fact]
    public void Samples_end_before_a_stop_text_each_by_itself()
    {
        string[] options = ["--samples", "4", "--length", "60", "--temperature", "1.5"];
        var whole = Output(options).Split(Line);
        var stopped = Output([.. options, "--stop", "th", "--stop", "a"]).Split(Line);
        Assert.Equal(4, stopped.Length);
        Assert.All(whole.Zip(stopped), static pair =>
        {
            var end = ((string[])["th", "a"]).Select(stop => pair.First.IndexOf(stop, StringComparison.Ordinal))
                .Where(static at => at >= 0).DefaultIfEmpty(pair.First.Length - 1).Min();
            Assert.Equal(pair.First[..end], pair.Second[..^1]);
        });
    }

    [Fact]
    public void The_folder_of_another_program_is_sampled_as_its_import()
    {
        ForeignModel.Gpt2().Write(folder["gpt2"]);
        Assert.Equal(0, CommandLine.Of<Gpt2Model>("import", folder["gpt2"], "--out", folder["run"]).Code);
        string[] options = ["--prompt", "3 1 4", "--length", "9", "--seed", "5"];
        var imported = CommandLine.Of<Gpt2Model>(["sample", folder["run"], .. options]);
        Assert.Equal((0, string.Empty), (imported.Code, imported.Error));
        Assert.Equal(imported, CommandLine.Of<Gpt2Model>(["sample", folder["gpt2"], .. options]));
    }

    [Fact]
    public void A_model_that_cannot_use_the_cache_says_so_only_if_it_is_asked_for()
    {
        var data = folder.Write("text.txt", SmallText.Sentences);
        var trained = Averages("train", "--data", data, "--out", folder["run"]);
        Assert.Equal((0, string.Empty), (trained.Code, trained.Error));
        string[] command = ["sample", folder["run"], "--length", "20"];
        var off = Averages([.. command, "--cache", "off"]);
        Assert.Equal((0, string.Empty), (off.Code, off.Error));
        Assert.Equal(off, Averages(command));
        var on = Averages([.. command, "--cache", "on"]);
        Assert.Equal((0, off.Output), (on.Code, on.Output));
        Assert.Equal(
            "warning: --cache on has no effect, and every token computes the whole window: "
            + "Averages: 'Means' may combine positions, because it is not marked PerPosition",
            on.Error.TrimEnd());
    }

    [Theory]
    [InlineData("--stop is empty: it must be a text of at least one character", "--stop", "")]
    [InlineData("--top-p is '0': it must be a number in (0, 1]", "--top-p", "0")]
    [InlineData("--min-p is '2': it must be a number in [0, 1]", "--min-p", "2")]
    [InlineData("--repetition-penalty is '0': it must be a number above 0", "--repetition-penalty", "0")]
    [InlineData("--samples is '0': it must be a whole number from 1 to 2147483647", "--samples", "0")]
    public void Values_out_of_range_are_refused(string expected, params string[] options)
    {
        var (code, output, error) = CommandLine.Run(["sample", tiny.Run, .. options]);
        Assert.Equal((2, string.Empty), (code, output));
        Assert.Contains(expected, error);
    }

    private static (int Code, string Output, string Error) Averages(params string[] args) =>
        CommandLine.Catch(() => Lab.Run(args, AveragesProgram.Example));

    private string Output(params string[] options)
    {
        var (code, output, error) = CommandLine.Run(["sample", tiny.Run, .. options]);
        Assert.Equal((0, string.Empty), (code, error));
        return output.ReplaceLineEndings("\n");
    }
}
