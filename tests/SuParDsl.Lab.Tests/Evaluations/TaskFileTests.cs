using SuParDsl.Lab.Evaluations;

namespace SuParDsl.Lab.Tests.Evaluations;

/// <summary>The layouts of evaluation sets, with the contexts of lm-evaluation-harness.</summary>
public sealed class TaskFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(
        "arc",
        """{"id": "1", "question": "Why?", "choices": {"text": ["x", "y", "z"], "label": ["1", "2", "3"]}, "answerKey": "3"}""",
        "Question: Why?\nAnswer:", "x|y|z", 2)]
    [InlineData(
        "arc",
        """
        {"question": {"stem": "Why?", "choices": [{"text": "x", "label": "A"}, {"text": "y", "label": "B"}]}, "answerKey": "A"}
        """,
        "Question: Why?\nAnswer:", "x|y", 0)]
    [InlineData(
        "piqa", """{"goal": "Do it", "sol1": "so", "sol2": "thus", "label": 1}""", "Question: Do it\nAnswer:", "so|thus", 1)]
    [InlineData(
        "boolq", """{"question": "is it", "passage": "It is.", "answer": true}""",
        "It is.\nQuestion: is it?\nAnswer:", "no|yes", 1)]
    [InlineData(
        "boolq", """{"question": "is it", "passage": "It is.", "idx": 3, "label": 0}""",
        "It is.\nQuestion: is it?\nAnswer:", "no|yes", 0)]
    [InlineData(
        "race", """{"article": "A b.", "question": "What?", "options": ["x", "y"], "answer": "B", "example_id": "high1"}""",
        "Article: A b.\n\nQuestion: What?\nAnswer:", "x|y", 1)]
    [InlineData(
        "hellaswag",
        """
        {"activity_label": "Cleaning", "ctx_a": "He [title] wipes.", "ctx_b": "the Man", "endings": ["a [x]b", "c"], "label": "0"}
        """,
        "Cleaning: He. wipes. The man", "a b", 0)]
    [InlineData("choices", """{"question": "The cat sat on the", "choices": ["mat.", "dog."], "answer": 0}""",
        "The cat sat on the", "mat.|dog.", 0)]
    [InlineData("choices", """{"question": "q", "choices": ["x", "y"], "answer": "B"}""", "q", "x|y", 1)]
    [InlineData("choices", """{"question": "q", "choices": ["x", "y"], "answer": "y"}""", "q", "x|y", 1)]
    [InlineData("choices", """{"question": "q", "choices": ["x", "y"], "answer": "1"}""", "q", "x|y", 1)]
    public void A_layout_is_recognised_by_its_fields(string layout, string line, string context, string choices, int answer)
    {
        var task = Read("set.jsonl", line + "\n" + line);
        Assert.Equal(("set", layout, TaskKind.Choice, 2), (task.Name, task.Layout, task.Kind, task.Questions.Count));
        var question = task.Questions[1];
        Assert.Equal((folder["set.jsonl"] + "(2)", context, answer), (question.Place, question.Context, question.Answer));
        Assert.Equal(choices.Split('|'), layout == "hellaswag" ? question.Choices.Take(1) : question.Choices);
    }

    [Fact]
    public void An_article_of_the_original_race_has_several_questions()
    {
        var task = Read("race.jsonl", """
            {"article": "A.", "questions": ["What?", "Why?"], "options": [["x", "y"], ["z", "w"]], "answers": ["A", "B"], "id": "h1"}
            """);
        Assert.Equal([0, 1], task.Questions.Select(static question => question.Answer));
        Assert.Equal("Article: A.\n\nQuestion: Why?\nAnswer:", task.Questions[1].Context);
        Assert.Equal(["z", "w"], task.Questions[1].Choices);
    }

    [Fact]
    public void Last_words_are_asked_for_by_name()
    {
        const string Line = """{"text": "the cat sat on the mat"}""";
        Assert.Equal(TaskKind.Text, Read("set.jsonl", Line).Kind);
        var task = TaskFile.Read("lambada:" + folder["set.jsonl"], "text");
        Assert.Equal((TaskKind.LastWord, "the cat sat on the"), (task.Kind, task.Questions[0].Context));
        Assert.Equal(["mat"], task.Questions[0].Choices);
        var plain = TaskFile.Read("lambada:" + folder.Write("set.txt", "a dog\n\nthe cat sat \n"), "text");
        Assert.Equal(["dog", "sat"], plain.Questions.Select(static question => question.Choices[0]));
        Assert.Equal(folder["set.txt"] + "(3)", plain.Questions[1].Place);
    }

    [Fact]
    public void Anything_else_is_text()
    {
        var text = Read("a.txt", "The cat.\nThe dog.");
        Assert.Equal((TaskKind.Text, "text", 1), (text.Kind, text.Layout, text.Questions.Count));
        Assert.Equal("The cat.\nThe dog.", text.Questions[0].Choices[0]);
        Assert.Equal(["a", "b"], TaskFile.Read(folder.Write("b.jsonl", "{\"body\": \"a\"}\n{\"body\": \"b\"}"), "body").Questions
            .Select(static question => question.Choices[0]));
        Assert.Equal(
            TaskKind.Text, TaskFile.Read("text:" + folder.Write("c.jsonl", "{\"endings\": 1, \"text\": \"a\"}"), "text").Kind);
    }

    [Theory]
    [InlineData("""{"question": "q", "choices": ["x", "y"]}""", "(2) has no field 'answer'")]
    [InlineData("""{"question": "q", "choices": ["x", "y"], "answer": null}""", "(2) has no field 'answer'")]
    [InlineData("""{"question": "q", "choices": ["x", "y"], "answer": 2}""",
        "(2): 'answer' is '2', which is none of the 2 choices: it must be an index from 0 to 1 or one of A, B")]
    [InlineData("""{"question": "q", "choices": ["x", "y"], "answer": -1}""", "(2) has no answer, as 'answer' is -1")]
    [InlineData("""{"question": "q", "choices": ["x", "y"], "answer": ""}""", "(2) has no answer, as 'answer' is empty")]
    [InlineData("""{"question": "q", "choices": ["1", "0"], "answer": "1"}""",
        "(2): 'answer' is '1', which is the text of one choice and the label or index of another")]
    [InlineData("""{"question": "q", "choices": ["x"], "answer": 0}""", "(2) has 1 choices: there must be at least 2")]
    [InlineData("""{"question": "q", "choices": ["x", " "], "answer": 0}""", "(2): choice 1 is empty")]
    [InlineData(
        """{"question": "q", "choices": ["x", 2], "answer": 0}""",
        "(2): the field 'choices' must be a list of texts, and is a list")]
    [InlineData(
        """{"question": 7, "choices": ["x", "y"], "answer": 0}""", "(2): the field 'question' must be a text, and is a number")]
    [InlineData("""{"text": "another layout"}""", "(2) has no field 'question'")]
    [InlineData("""{"question": "q", "choices": ["x", "y"], "answer": 0""", "(2) is not a JSON object in one line")]
    [InlineData("[1]", "(2) is a list")]
    [InlineData("""{"question": "\ud800", "choices": ["x", "y"], "answer": 0}""", "(2): a text has half of a surrogate pair")]
    public void A_wrong_line_is_named(string line, string message)
    {
        var good = """{"question": "q", "choices": ["x", "y"], "answer": 0}""";
        Assert.Contains(folder["set.jsonl"] + message, Refusal(folder.Write("set.jsonl", good + "\n" + line + "\n")));
    }

    [Theory]
    [InlineData("""{"goal": "g", "sol1": "a", "sol2": "b"}""", "(1) has no field 'label'")]
    [InlineData(
        """{"question": "q", "passage": "p", "answer": "maybe"}""",
        "(1): the field 'answer' is \"maybe\"; it must be true or false")]
    [InlineData("""{"article": "a", "questions": ["q"], "options": [["x", "y"]], "answers": []}""",
        "(1) has 1 questions, and other numbers of options or answers")]
    [InlineData(
        """{"question": "q", "choices": {"text": ["x", "y"], "label": ["A"]}, "answerKey": "A"}""",
        "(1) has 2 choices, and 1 labels")]
    [InlineData("""{"a": 1, "b": 2}""", "(1) has the fields a, b, which are those of no layout: arc has question, answerKey; ")]
    public void So_is_one_of_a_public_layout(string line, string message) =>
        Assert.Contains(folder["set.jsonl"] + message, Refusal(folder.Write("set.jsonl", line)));

    [Fact]
    public void What_is_not_a_task_is_named()
    {
        Assert.Contains("there is no file nowhere.jsonl", Refusal("nowhere.jsonl"));
        Assert.Contains(
            "'mmlu' is none of the layouts arc, piqa, boolq, race, hellaswag, choices, lambada, text", Refusal("mmlu:x.jsonl"));
        Assert.Contains("is a folder: name the files", Refusal(folder.Path));
        Assert.Contains("has no questions: it is empty", Refusal(folder.Write("empty.txt", string.Empty)));
        Assert.Contains("it must be JSON Lines, to have the layout arc", Refusal("arc:" + folder.Write("a.txt", "text")));
        Assert.Contains("has no last word", Refusal("lambada:" + folder.Write("one.txt", "word\n")));
        Assert.Contains("holds token ids", Refusal(folder.Write("ids.jsonl", "{\"text\": [1, 2]}")));
    }

    private static string Refusal(string name) =>
        Assert.Throws<UserException>(() => TaskFile.Read(name, "text")).Message;

    private EvaluationTask Read(string name, string text) => TaskFile.Read(folder.Write(name, text), "text");
}
