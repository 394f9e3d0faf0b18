using System.Globalization;
using System.Text.Json;
using SuParDsl.Lab.Evaluations;
using SuParDsl.Lab.Tests.Commands;

namespace SuParDsl.Lab.Tests.Evaluations;

/// <summary>The command <c>evaluate</c>.</summary>
public sealed class EvaluateTests(TinyRun tiny) : IClassFixture<TinyRun>
{
    private const string Right = """{"question": "The cat sat on the", "choices": ["mat.", "dog ran"], "answer": 0}""";

    [Fact]
    public void A_table_compares_runs_with_each_other_and_with_chance()
    {
        var (choices, words) =
            (Task("cats.jsonl", Right, Right.Replace("sat", "ran", StringComparison.Ordinal)), Sentences("ends.txt"));
        Assert.Equal((0, string.Empty), Run([
            "train", .. SmallText.Sizes[..^2], "--density", "1", "--rule", "mup", "--steps", "3", "--batch", "2",
            "--eval-batches", "1", "--sample-length", "0", "--data", tiny.Data, "--out", tiny.Fresh("dense")]));
        var (code, output, error) = CommandLine.Run(
            "evaluate", tiny.Run, tiny.Fresh("dense"), "--tasks", $"{choices},lambada:{words}",
            "--tasks", words.Replace("ends", "text"));
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("cats: 2 questions, layout choices", output);
        Assert.Contains("text: 1 texts, layout text", output);
        var rows = output.Split('\n').SkipWhile(static line => !line.StartsWith("run ", StringComparison.Ordinal)).ToList();
        Assert.Equal(
            [
                "run", "density", "rule", "cats acc", "cats acc_norm", "ends acc", "ends perplexity", "text bits_per_byte",
                "text word_perplexity",
            ],
            Cells(rows[0]));
        Assert.Equal((tiny.Run, "1/4", "SµPar"), (Cells(rows[1])[0], Cells(rows[1])[1], Cells(rows[1])[2]));
        Assert.Equal((tiny.Fresh("dense"), "1", "µP"), (Cells(rows[2])[0], Cells(rows[2])[1], Cells(rows[2])[2]));
        Assert.StartsWith("random", rows[3]);
        Assert.Contains("0.500", rows[3]);

        // The trained model knows its sentences better than the one after three steps, and both better than chance.
        double[] bits = [.. rows[1..3].Select(static row => Number(Cells(row)[^2])), Number(Cells(rows[3])[^2])];
        Assert.True(bits[0] < bits[1] && bits[1] < bits[2], string.Join(", ", bits));

        Assert.Equal(0, CommandLine.Run("report", tiny.Run, tiny.Fresh("dense"), "--out", tiny.Fresh("report.html")).Code);
        var page = File.ReadAllText(tiny.Fresh("report.html"));
        Assert.Contains("<h2>Evaluation</h2>", page);
        Assert.Contains("<th>cats acc_norm</th>", page);
        Assert.Contains("<td>random</td>", page);
    }

    [Fact]
    public void Json_has_every_metric_and_results_add_up_in_the_run()
    {
        var (choices, words) = (Task("first.jsonl", Right, Right), Sentences("second.txt"));
        var run = Copy("kept");
        Assert.Equal(0, Run(["evaluate", run, "--tasks", choices]).Code);
        var (code, output, _) = CommandLine.Run("evaluate", run, "--tasks", words, "--json");
        Assert.Equal(0, code);
        using var json = JsonDocument.Parse(output);
        var metrics = json.RootElement[0].GetProperty("tasks")[0].GetProperty("metrics");
        Assert.Equal(
            ["bits_per_byte", "byte_perplexity", "perplexity", "word_perplexity"],
            metrics.EnumerateObject().Select(static metric => metric.Name).Order(StringComparer.Ordinal));
        Assert.Equal(JsonValueKind.Null, metrics.GetProperty("perplexity").GetProperty("error").ValueKind); // one text
        Assert.Equal(["first", "second"], RunEvaluation.ReadOrNull(run)!.Tasks.Select(static task => task.Name));
        Assert.Equal(0, Run(["evaluate", run, "--tasks", choices]).Code);
        Assert.Equal(["second", "first"], RunEvaluation.ReadOrNull(run)!.Tasks.Select(static task => task.Name));
        Assert.Contains("| second bits_per_byte |", File.ReadAllText(Path.Combine(run, "evaluation.md")));
    }

    [Fact]
    public void What_cannot_be_evaluated_is_one_line_and_nothing_is_written()
    {
        var run = Copy("untouched");
        Refused("is not in the vocabulary", Task("odd.jsonl", Right, Right.Replace("cat", "Ж", StringComparison.Ordinal)));
        Refused("odd.jsonl(2): ", tiny.Fresh("odd.jsonl"));
        Refused("has two tasks with the name twice", $"{Task("twice.jsonl", Right)},{Sentences("twice.txt")}");
        Refused("there is no file nowhere", "nowhere");
        Assert.Contains("it must be the folder of a run", Run(["evaluate", tiny.Data]).Error);
        File.WriteAllText(Path.Combine(run, "evaluation.json"), "{\"rule\": 3}");
        Refused("evaluation.json is damaged", Task("good.jsonl", Right));

        void Refused(string message, string tasks)
        {
            var (code, output, error) = CommandLine.Run("evaluate", run, "--tasks", tasks);
            Assert.Equal((2, string.Empty), (code, output));
            Assert.Contains(message, Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
            Assert.DoesNotContain("evaluation.md", Directory.GetFiles(run).Select(Path.GetFileName));
        }
    }

    [Fact]
    public void Our_own_tasks_come_from_the_text_that_is_given_and_have_one_right_ending()
    {
        var text = string.Concat(Enumerable.Range(0, 90).Select(static i => string.Create(
            CultureInfo.InvariantCulture,
            $"Paragraph {i} has the words {string.Join(' ', Enumerable.Range(i, 12))} and ends.\n")));
        var endings = OwnTasks.Of("endings", text);
        Assert.Equal((90, TaskKind.Choice), (endings.Questions.Count, endings.Kind));
        Assert.All(endings.Questions, question =>
        {
            Assert.Equal(4, question.Choices.Count);
            Assert.Equal(question.Choices.Count, question.Choices.Distinct().Count());
            Assert.Contains($"{question.Context} {question.Choices[question.Answer]}\n", text);
        });
        Assert.Equal(90, endings.Questions.Select(static question => question.Context).Distinct().Count());
        Assert.InRange(endings.Questions.Average(static question => question.Answer), 1.1, 1.9);
        Assert.Equal(endings.Fingerprint(), OwnTasks.Of("endings", text).Fingerprint());
        var words = OwnTasks.Of("last-words", text);
        Assert.All(words.Questions, static question => Assert.Equal(["ends."], question.Choices));
        Assert.Equal(200, OwnTasks.Read("endings").Questions.Count);
        Assert.Equal(200, OwnTasks.Read("last-words").Questions.Count);
    }

    private static (int Code, string Error) Run(string[] args)
    {
        var (code, _, error) = CommandLine.Run(args);
        return (code, error);
    }

    private static string[] Cells(string row) =>
        row.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static double Number(string cell) => double.Parse(cell.Split(' ')[0], CultureInfo.InvariantCulture);

    private string Task(string name, params string[] lines)
    {
        File.WriteAllText(tiny.Fresh(name), string.Join('\n', lines));
        return tiny.Fresh(name);
    }

    private string Sentences(string name)
    {
        var text = string.Join('\n', SmallText.Sentences.Split('\n')[..6]);
        return Task(name, text);
    }

    private string Copy(string name)
    {
        Directory.CreateDirectory(tiny.Fresh(name));
        foreach (var file in Directory.GetFiles(tiny.Run)
            .Where(static file => !Path.GetFileName(file).StartsWith("evaluation", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(tiny.Fresh(name), Path.GetFileName(file)));
        }

        return tiny.Fresh(name);
    }
}
