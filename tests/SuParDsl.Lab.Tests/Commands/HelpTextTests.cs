using System.CommandLine;
using SuParDsl.Lab.Commands;
using SuParDsl.Lab.Text;

namespace SuParDsl.Lab.Tests.Commands;

public sealed class HelpTextTests
{
    [Fact]
    public void Usage_and_examples_begin_as_the_user_starts_the_program()
    {
        var help = Help("table", new Option<bool>("--json"), new Option<bool>("--rule"));
        Assert.Contains("\n  ./run.sh Mlp table [options]\n", help);
        Assert.Contains("\n  ./run.sh Mlp table --rule standard --json\n", help);
    }

    [Fact]
    public void Defaults_are_shown_as_the_options_take_them()
    {
        var help = Help(
            "check",
            new Option<double[]>("--densities") { DefaultValueFactory = static _ => [1, 1 / 16.0, 0, 0.3] },
            new Option<Rule[]>("--rules") { DefaultValueFactory = static _ => [Rule.MuP, Rule.SuPar] },
            new Option<Storage>("--storage") { DefaultValueFactory = static _ => Storage.Auto },
            new Option<double>("--lr") { DefaultValueFactory = static _ => Math.Pow(2, -11) });
        Assert.All(
            (string[])["[default: 1,1/16,0,0.3]", "[default: mup,supar]", "[default: auto]", "[default: 2^-11]"],
            expected => Assert.Contains(expected, help));
    }

    [Theory]
    [InlineData("Mlp", null)]
    [InlineData("Mlp", "")]
    [InlineData("Mlp", "two\nlines")]
    [InlineData("supar", "supar")]
    public void The_program_that_starts_the_lab_says_how_it_was_called(string expected, string? variable) =>
        Assert.Equal(expected, ProgramName.Of("Mlp", variable));

    private static string Help(string name, params Option[] options)
    {
        var command = new Command(name);
        foreach (var option in options)
        {
            command.Options.Add(option);
        }

        var root = new RootCommand { command };
        HelpText.AddExamples(root, "./run.sh Mlp");
        var output = new StringWriter();
        Assert.Equal(0, root.Parse([name, "--help"]).Invoke(new() { Output = output }));
        return output.ToString();
    }
}
