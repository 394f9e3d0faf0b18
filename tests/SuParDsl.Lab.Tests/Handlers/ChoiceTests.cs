using System.CommandLine;
using SuParDsl.Lab.Commands;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Data.TokenFiles;
using SuParDsl.Lab.Handlers;

namespace SuParDsl.Lab.Tests.Handlers;

/// <summary>Choices that a command hands on to other processes are the same there.</summary>
public sealed class ChoiceTests
{
    [Theory]
    [InlineData]
    [InlineData("--data", "folder")]
    [InlineData("--data", "text.txt", "--tokenizer", "byte")]
    [InlineData("--tokenizer", "bpe", "--vocabulary", "300")]
    [InlineData("--data", "text.txt", "--tokenizer", "bpe:pairs")]
    [InlineData("--data", "ids", "--vocabulary", "50304", "--token-type", "uint16")]
    public void Data_are_chosen_by_the_same_arguments(params string[] arguments)
    {
        var choice = Read(arguments);
        Assert.Equal(arguments, choice.Arguments());
        Assert.Equal(choice, Read(choice.Arguments()));

        static DataChoice Read(string[] arguments)
        {
            var set = new DataOptionSet(new TextData("Vocab", "Context"));
            var command = new Command("train");
            set.AddTo(command);
            return set.Read(command.Parse(arguments));
        }
    }

    [Fact]
    public void Processes_divide_the_processors_unless_threads_are_given()
    {
        var processors = Math.Max(1, Environment.ProcessorCount / 2);
        Assert.Equal(["--device", "cpu", "--threads", $"{processors}"], new EngineChoice().Arguments(processes: 2));
        Assert.Equal(["--device", "cuda", "--threads", "1"], new EngineChoice(DeviceChoice.Cuda).ArgumentsElsewhere());
        Assert.Equal(["--device", "cpu", "--threads", "3"], new EngineChoice(Threads: 3).Arguments(processes: 2));
        Assert.Equal(3, new EngineChoice(Threads: 3).ThreadsElsewhere);
    }
}
