using System.Globalization;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Training;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Tests.OwnModels;

/// <summary>The lab's commands on models of several tensors.</summary>
public sealed class PairsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_model_that_returns_a_tuple_trains()
    {
        var (code, output, error) = Run("train", "--threads", "1", "--out", folder["run"]);
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("accuracy", output);
        AssertLearns(0.7);
    }

    [Fact]
    public void It_resumes_to_the_same_weights()
    {
        string[] options =
            ["train", "--steps", "8", "--eval-every", "4", "--checkpoint-every", "4", "--threads", "1", "--resume"];
        Assert.Equal((0, string.Empty), Silent(Run([.. options, "--out", folder["run"]])));
        var whole = File.ReadAllBytes(folder["run/model.safetensors"]);

        // Without the last checkpoint the run continues from step 4.
        var saved = Directory.GetDirectories(folder["run/checkpoints"]).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(2, saved.Length);
        Directory.Delete(saved[1], recursive: true);
        File.Delete(folder["run/model.safetensors"]);
        Assert.Equal((0, string.Empty), Silent(Run([.. options, "--out", folder["run"]])));

        Assert.Equal(whole, File.ReadAllBytes(folder["run/model.safetensors"]));
    }

    [Fact]
    public void It_is_divided_into_parts_checked_swept_and_timed()
    {
        Assert.Equal((0, string.Empty), Silent(Run(
            "train", "--steps", "4", "--accumulate", "4", "--threads", "1", "--out", folder["parts"])));
        var (code, output, error) = Run(
            "check", "--steps", "2", "--seeds", "2", "--threshold", "9", "--threads", "1", "--out", folder["check"]);
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("SµPar passes at ±9", output);
        Assert.Contains("output[1]", output);
        Assert.Equal((0, string.Empty), Silent(Run(
            "sweep", "--lrs", "2^-8..2^-7", "--densities", "1,1/4", "--rules", "supar", "--steps", "3", "--threads", "1",
            "--out", folder["sweep"])));
        Assert.Equal((0, string.Empty), Silent(Run(
            "bench", "--widths", "32", "--densities", "1/2", "--rounds", "1", "--threads", "1", "--out", folder["bench"])));
    }

    [Fact]
    public void Training_starts_from_its_weights_pruned_by_activations()
    {
        Assert.Equal((0, string.Empty), Silent(Run(
            "train", "--steps", "4", "--density", "1", "--threads", "1", "--out", folder["dense"])));
        Assert.Equal((0, string.Empty), Silent(Run(
            "train", "--steps", "4", "--density", "1/2", "--from", folder["dense"], "--prune", "wanda", "--threads", "1",
            "--out", folder["pruned"])));
    }

    [Fact]
    public void A_model_of_three_tensors_is_an_example()
    {
        var (code, output, error) = CommandLine.Of<Recommender.TwoTower>(
            "train", "--width", "32", "--steps", "120", "--lr", "2e-2", "--warmup", "5", "--eval-every", "60", "--threads", "1",
            "--out", folder["run"]);
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("Right.Down.weight", output);
        AssertLearns(0.92);
    }

    [Fact]
    public void The_example_passes_its_check_in_a_small_size()
    {
        var (code, output, error) = CommandLine.Of<Recommender.TwoTower>(
            "check", "--widths", "32,256", "--densities", "1,1/4", "--rules", "supar", "--steps", "2", "--seeds", "6",
            "--batch", "256", "--threshold", "0.3", "--threads", "1", "--out", folder["check"]);
        Assert.True(code == 0, output + error);
        Assert.Contains("SµPar passes", output);
    }

    [Theory]
    [InlineData(
        "error: a batch has the inputs left, middle, but Pairs takes left, right: "
            + "write new Batch([(\"left\", …), (\"right\", …)], targets)",
        "left", "middle")]
    [InlineData(
        "error: a batch has the inputs left, but Pairs takes left, right: "
            + "write new Batch([(\"left\", …), (\"right\", …)], targets)",
        "left")]
    public void Other_names_are_refused_in_one_line(string expected, params string[] names)
    {
        var data = PairsProgram.Data((left, right) => [.. names.Zip([left, right])]);
        var (code, _, error) = CommandLine.Catch(() => Lab.Run(
            ["train", "--threads", "1", "--out", folder["run"]], PairsProgram.Example with { Data = data }));
        Assert.Equal((2, expected), (code, error.TrimEnd()));
    }

    [Fact]
    public void More_or_fewer_inputs_are_refused_in_one_line()
    {
        using var scope = NewDisposeScope();
        using var model = new Pairs(Pairs.Base);
        var half = ones(3, 2);

        Assert.Equal(
            "a batch has the inputs left, right, more, but Pairs takes left, right: "
                + "write new Batch([(\"left\", …), (\"right\", …)], targets)",
            Refusal(new([("left", half), ("right", half), ("more", half)], half)));
        Assert.Equal(
            "a batch has one input without a name, but Pairs takes left, right: "
                + "write new Batch([(\"left\", …), (\"right\", …)], targets)",
            Refusal(new(half, half)));

        string Refusal(Batch batch) => Assert.Throws<UserException>(() => batch.InputsOf(model)).Message;
    }

    [Theory]
    [InlineData("[32, 1] (Float32)", 1, ScalarType.Float32)]
    [InlineData("[32, 2] (Int64)", 2, ScalarType.Int64)]
    public void Inputs_of_other_sizes_or_types_are_refused_in_one_line(string given, long size, ScalarType type)
    {
        var data = PairsProgram.Data((left, right) => [("left", left), ("right", right.slice(1, 0, size, 1).to(type))]);
        var (code, _, error) = CommandLine.Catch(() => Lab.Run(
            ["train", "--threads", "1", "--out", folder["run"]], PairsProgram.Example with { Data = data }));
        Assert.Equal(2, code);
        Assert.StartsWith(
            $"error: Pairs failed on left of shape [32, 2] (Float32), right of shape {given}: mat1 and mat2 ", error);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void Text_is_for_models_of_one_tensor()
    {
        using var model = new Pairs(Pairs.Base);
        Assert.Equal(
            "only a model of one tensor, which returns one, generates and scores text: Pairs takes several (left, right)",
            Assert.Throws<UserException>(() => TextData.Language(model)).Message);
    }

    [Fact]
    public void Inputs_of_other_lengths_are_refused_in_one_line()
    {
        var data = PairsProgram.Data(static (left, right) => [("left", left), ("right", right.slice(0, 0, 5, 1))]);
        var (code, _, error) = CommandLine.Catch(() => Lab.Run(
            ["train", "--threads", "1", "--out", folder["run"]], PairsProgram.Example with { Data = data }));
        Assert.Equal(2, code);
        Assert.Equal(
            "error: validation batch 0 (pairs) has an input 'right' of shape [5, 2] and targets of shape [32, 1]: "
                + "the first axis of both must count the examples",
            error.TrimEnd());
    }

    [Fact]
    public void A_loss_of_one_output_is_refused_in_one_line()
    {
        var (code, _, error) = CommandLine.Catch(() => Lab.Run(
            ["train", "--threads", "1", "--out", folder["run"]], PairsProgram.Example with { Loss = Loss.MeanSquare }));
        Assert.Equal(
            (2, "error: the model returns 2 tensors, and the loss MeanSquare takes one: "
                + "write Loss.OfTuple((outputs, targets) => …)"),
            (code, error.TrimEnd()));
    }

    [Fact]
    public void Named_parts_keep_their_names_in_parts_of_a_batch()
    {
        using var scope = NewDisposeScope();
        var batch = new Batch([("a", arange(6)), ("b", arange(12).reshape(6, 2))], arange(6));

        var parts = batch.Chunk(3).ToList();

        Assert.Equal(3, parts.Count);
        Assert.All(parts, static part => Assert.Equal(["a", "b"], part.Parts.Select(static named => named.Name)));
        Assert.Equal([4, 5], parts[2].Parts[0].Tensor.data<long>());
        Assert.Equal([8, 9, 10, 11], parts[2].Parts[1].Tensor.contiguous().data<long>());
        Assert.Equal(string.Empty, Assert.Single(new Batch(arange(6), arange(6)).Parts).Name);
        var twice = Assert.Throws<ArgumentException>(static () => new Batch([("two", ones(1)), ("two", ones(1))], ones(1)));
        Assert.Equal("a batch has 2 inputs with the name 'two'", twice.Message);
        Assert.Throws<ArgumentException>(static () => new Batch([], ones(1)));
    }

    private static (int Code, string Error) Silent((int Code, string Output, string Error) run) => (run.Code, run.Error);

    private static (int Code, string Output, string Error) Run(params string[] args) =>
        CommandLine.Catch(() => Lab.Run(args, PairsProgram.Example));

    private void AssertLearns(double factor)
    {
        var losses = File.ReadAllLines(folder["run/metrics.csv"]).Select(static line => line.Split(',')).Skip(2)
            .Select(static row => double.Parse(row[1], CultureInfo.InvariantCulture)).ToList();
        var (first, last) = (losses.Take(5).Average(), losses.TakeLast(10).Average());
        Assert.True(last < factor * first, $"from {first} to {last}");
    }
}
