using SuParDsl.Lab.Data;
using SuParDsl.Lab.Tests.OwnModels;
using SuParDsl.Lab.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Tests.Training;

/// <summary>Losses and metrics compare matching shapes, or report both shapes if they do not match.</summary>
public sealed class LossFitTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Mean_square_takes_only_equal_shapes()
    {
        var y = arange(0, 8, ScalarType.Float32);
        Assert.Equal(0, Loss.MeanSquare.Of(y, y).ToDouble());
        Assert.Equal(
            "the loss MeanSquare got outputs of shape [8, 1] and targets of shape [8]: they must be equal; "
            + "reshape the targets, as by targets.view(outputs.shape)",
            Assert.Throws<UserException>(() => Loss.MeanSquare.Of(y.view(8, 1), y)).Message);
        Assert.Equal(
            "the loss MeanSquare got outputs of shape [4, 2] and targets of shape [4, 1]: they must be equal; "
            + "there must be one target for each output",
            Assert.Throws<UserException>(() => Loss.MeanSquare.Of(y.view(4, 2), y.view(4, 2).narrow(1, 0, 1))).Message);
        Assert.Contains(
            "they must be of one type; convert the targets by to_type(ScalarType.Float32), "
            + "or take Loss.CrossEntropy if they are classes",
            Assert.Throws<UserException>(() => Loss.MeanSquare.Of(y, y.to(ScalarType.Int64))).Message);
        Assert.EndsWith(
            "convert the targets by to_type(ScalarType.Float32)",
            Assert.Throws<UserException>(() => Loss.MeanSquare.Of(y, y.to(ScalarType.Float64))).Message);
    }

    [Fact]
    public void Accuracy_counts_each_target_once_and_leaves_out_those_that_do_not_count()
    {
        var logits = tensor([.. Enumerable.Range(0, 30).Select(static i => (float)((i * 7) % 11))], [6, 5]);
        var right = logits.argmax(-1);
        var accuracy = Loss.Classification.Accuracy!;
        Assert.Equal(1, accuracy(logits, right.view(6, 1)).ToDouble());
        Assert.Equal(1, accuracy(logits.view(2, 3, 5), right.view(2, 3)).ToDouble());
        Assert.Equal(1, accuracy(logits.view(2, 3, 5), right).ToDouble());

        var some = right.clone();
        some[0] = -100;
        some[1] = -100;
        some[2] = (some[2] + 1) % 5;
        Assert.Equal(3 / 4.0, accuracy(logits, some).ToDouble(), 1e-6);
        Assert.Equal(0, accuracy(logits, full(6, -100L)).ToDouble());
        some = where(some.eq(-100), -1, some);
        Assert.Equal(3 / 4.0, Loss.ClassificationIgnoring(-1).Accuracy!(logits, some).ToDouble(), 1e-6);

        Assert.Equal(
            "the accuracy of Classification failed on outputs of shape [2, 3, 5] (Float32) and targets of shape [3, 2] (Int64): "
            + "logits of shape [2, 3, 5] need targets of shape [2, 3], and these have shape [3, 2]",
            Assert.Throws<UserException>(() => accuracy(logits.view(2, 3, 5), right.view(3, 2))).Message);
        Assert.Contains(
            "6 of Float32", Assert.Throws<UserException>(() => accuracy(logits, right.to(ScalarType.Float32))).Message);
    }

    public static TheoryData<string, string> Misfits => new()
    {
        { "column", "the loss MeanSquare got outputs of shape [16, 1] and targets of shape [16]: they must be equal" },
        { "columns", "the loss MeanSquare got outputs of shape [16, 1] and targets of shape [16, 3]: they must be equal" },
        { "integers", "the loss MeanSquare got outputs of Float32 and targets of Int64: they must be of one type" },
        {
            "classes",
            "the loss CrossEntropy failed on outputs of shape [16, 1] (Float32) and targets of shape [16, 1] (Float32): "
            + "logits of shape [16, 1] need an int64"
        },
        {
            "no class", "the loss CrossEntropy failed on outputs of shape [16, 1] (Float32) and targets of shape [16] (Int64): "
            + "target 1 at position 0 is not a class"
        },
        {
            "own", "the loss got outputs of shape [16, 1] and targets of shape [16], which would be broadcast to [16, 16]: "
            + "give both one shape, or set AnyShapes"
        },
        {
            "own columns",
            "the loss got outputs of shape [16, 1] and targets of shape [16, 3], which would be broadcast to [16, 3]"
        },
        {
            "own integers",
            "the backward pass of the loss failed on outputs of shape [16, 1] (Float32) and targets of shape [16, 1] (Int64)"
        },
        {
            "many numbers",
            "the loss gave a tensor of shape [16, 1] for outputs of shape [16, 1] (Float32) "
            + "and targets of shape [16, 1] (Float32): it must be one number"
        },
        { "engine", "the loss L1 failed on outputs of shape [16, 1] (Float32) and targets of shape [16, 1] (Float32): " },
        { "no gradient", "the loss has no gradient" },
        { "accuracy", "the accuracy of MeanSquare gave a tensor of shape [16, 1]" },
        { "rows", "the training batch of step 0 (a sine) has 7 examples (inputs of shape [7, 1]), but 16 were requested" },
        {
            "other rows", "the training batch of step 0 (a sine) has inputs of shape [16, 1] and targets of shape [15, 1]: "
            + "the first axis of both must count"
        },
        {
            "validation rows",
            "validation batch 1 (a sine) has 17 examples (inputs of shape [17, 1]), but from 1 to 16 were requested"
        },
        {
            "validation targets",
            "validation batch 0 (a sine) has inputs of shape [16, 1] and targets of shape []: the first axis"
        },
    };

    [Theory]
    [MemberData(nameof(Misfits))]
    public void A_program_says_in_one_line_what_does_not_fit(string name, string expected)
    {
        var (example, data) = (CurveProgram.Example, (BatchData)CurveProgram.Example.Data);
        string[] train = ["train", "--steps", "3", "--batch", "16", "--out", folder["run"]];
        var (code, _, error) = CommandLine.Catch(() => Lab.Run(train, name switch
        {
            "column" => example with { Data = Targets(static y => y.view(-1)) },
            "columns" => example with { Data = Targets(static y => y.expand(-1, 3)) },
            "integers" => example with { Data = Targets(static y => y.to(ScalarType.Int64)) },
            "classes" => example with { Loss = Loss.CrossEntropy },
            "no class" =>
                example with { Data = Targets(static y => ones(y.shape[0], ScalarType.Int64)), Loss = Loss.CrossEntropy },
            "own" =>
                example with { Data = Targets(static y => y.view(-1)), Loss = new(static (o, t) => (o - t).square().mean()) },
            "own columns" => example with
            {
                Data = Targets(static y => y.expand(-1, 3)), Loss = new(static (o, t) => (o - t).square().mean()),
            },
            "own integers" => example with
            {
                Data = Targets(static y => y.to(ScalarType.Int64)), Loss = new(static (o, t) => nn.functional.mse_loss(o, t)),
            },
            "many numbers" => example with { Loss = new(static (o, t) => (o - t).square()) },
            "engine" =>
                example with { Loss = new(static (o, t) => (o.view(2, -1) - t.view(3, -1)).abs().mean()) { Name = "L1" } },
            "no gradient" => example with { Loss = new(static (o, t) => (o.detach() - t).square().mean()) },
            "accuracy" => example with { Loss = Loss.MeanSquare with { Accuracy = static (o, t) => (o - t).abs() } },
            "rows" => example with { Data = data with { Training = (_, seed, step) => data.Training(7, seed, step) } },
            "other rows" => example with { Data = Targets(static y => y.narrow(0, 0, y.shape[0] - 1), validation: false) },
            "validation rows" => example with
            {
                Data = data with { Validation = (rows, count) => data.Validation(rows, 1).Append(data.Training(rows + 1, 1, 0)) },
            },
            _ => example with { Data = Targets(static y => y.mean(), training: false) },
        }));

        Assert.Equal(2, code);
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));

        IDataSource Targets(Func<Tensor, Tensor> change, bool training = true, bool validation = true) => data with
        {
            Training = (rows, seed, step) => Changed(data.Training(rows, seed, step), training ? change : static y => y),
            Validation = (rows, count) =>
                data.Validation(rows, count).Select(batch => Changed(batch, validation ? change : static y => y)),
        };

        static Batch Changed(Batch batch, Func<Tensor, Tensor> change) => new(batch.Inputs, change(batch.Targets));
    }

    [Fact]
    public void A_check_says_in_one_line_that_types_do_not_fit()
    {
        var data = (BatchData)CurveProgram.Example.Data;
        var example = CurveProgram.Example with
        {
            Data = data with
            {
                Training = (rows, seed, step) => new(data.Training(rows, seed, step).Inputs, zeros([rows, 1], ScalarType.Int64))
            },
            Loss = new(static (o, t) => nn.functional.mse_loss(o, t)),
        };
        string[] options =
        [
            "check", "--widths", "64,128", "--densities", "1", "--seeds", "1", "--steps", "1", "--out", folder["check"],
        ];
        var (code, _, error) = CommandLine.Catch(() => Lab.Run(options, example));
        Assert.Equal(2, code);
        Assert.StartsWith("error: the model, its loss and its data do not fit together: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_that_reshapes_on_purpose_says_so()
    {
        var loss = new Loss(static (o, t) => (o.squeeze(-1) - t).square().mean()) { AnyShapes = true };
        Assert.Equal(0, loss.Measure([ones(8, 1)], ones(8)).ToDouble());
        Assert.Equal(0, loss.Measure([ones(8, 1)], ones(8)).dim());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Micro_batches_and_measurements_weigh_by_the_targets_that_count(int accumulate)
    {
        // The rows have 0, 1, 2 … counted targets, so micro-batches of one row have different numbers of them.
        static Batch Rows(int rows, long seed, int step)
        {
            var inputs = tensor([.. Enumerable.Range(0, rows).Select(i => (float)Math.Sin(i + step))], [rows, 1]);
            var targets = tensor(
                [.. Enumerable.Range(0, rows * 3).Select(i => i % 3 < (i / 3) % 4 ? (i + step) % 4L : -1L)], [rows, 3]);
            return new(inputs, targets);
        }

        var loss = Loss.ClassificationIgnoring(-1);
        var loose = loss with { Of = (o, t) => loss.Of(Expanded(o), t), Accuracy = (o, t) => loss.Accuracy!(Expanded(o), t) };
        using var data = new OpenData(
            "rows", "target", Rows,
            static (rows, count) => Enumerable.Range(0, Math.Min(3, count)).Select(batch => Rows(rows - batch, 0, batch)))
        {
            Fingerprint = "rows",
        };
        var options = new TrainingOptions
        {
            Steps = 5, Batch = 4, Accumulate = accumulate, EvalEvery = 2, EvalBatches = 3, Warmup = 0, GradClip = 0,
            Optimizer = OptimizerChoice.Sgd,
        };
        using var model = new Curve(Curve.Base with { Width = 64 }, seed: 1);
        var history = Trainer.Single(model, data, loose, options, CPU).Run(new Silent(), CancellationToken.None);

        using var whole = new Curve(Curve.Base with { Width = 64 }, seed: 1);
        var expected = Trainer.Single(whole, data, loose, options with { Accumulate = 1 }, CPU)
            .Run(new Silent(), CancellationToken.None);
        Assert.Equal(
            expected.Steps.Select(static s => s.Loss),
            history.Steps.Select(static s => s.Loss),
            static (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.All(expected.Evaluations.Zip(history.Evaluations), static pair =>
        {
            Assert.Equal(pair.First.Loss, pair.Second.Loss, 1e-5);
            Assert.Equal(pair.First.Units, pair.Second.Units);
            Assert.Equal(pair.First.Accuracy!.Value, pair.Second.Accuracy!.Value, 1e-6);
        });

        // The first batch has 0 + 1 + 2 + 3 targets, the second 0 + 1 + 2, and the third 0 + 1.
        Assert.Equal(10, history.Evaluations[0].Units);
        Assert.True(history.Steps[^1].Loss < history.Steps[0].Loss);
    }

    [Fact]
    public void Validation_data_without_counted_targets_are_refused_and_such_a_training_batch_changes_nothing()
    {
        var empty = new Batch(ones(4, 1), full([4, 1], -100L));
        using var data = new OpenData("nothing", "target", (_, _, _) => empty, (_, count) => Enumerable.Repeat(empty, count))
        {
            Fingerprint = "nothing",
        };
        using var half = data with { Validation = static (_, _) => [new(ones(4, 1), zeros([4, 1], ScalarType.Int64))] };
        var options = new TrainingOptions { Steps = 2, Batch = 4, EvalEvery = 2, EvalBatches = 1, Warmup = 0 };
        using var model = new Curve(Curve.Base with { Width = 64 }, seed: 1);
        Assert.Equal(
            "no target of the validation data counts: all of them are -100, which the loss ignores",
            Assert.Throws<UserException>(() =>
                Trainer.Single(model, data, Loss.CrossEntropy, options, CPU).Run(new Silent(), CancellationToken.None)).Message);

        var before = model.GetWeights("Hidden.weight");
        var history = Trainer.Single(model, half, Loss.CrossEntropy, options, CPU).Run(new Silent(), CancellationToken.None);
        Assert.Equal(before, model.GetWeights("Hidden.weight"));
        Assert.Equal([0.0, 0], history.Steps.Select(static step => step.Loss));
    }

    private static Tensor Expanded(Tensor outputs) =>
        cat([outputs, outputs.square(), -outputs, outputs * 0], 1).unsqueeze(1).expand(-1, 3, -1);

    private sealed class Silent : ITrainingObserver
    {
        public void Stepped(StepMetrics step)
        {
        }

        public void Evaluated(Evaluation evaluation)
        {
        }
    }
}
