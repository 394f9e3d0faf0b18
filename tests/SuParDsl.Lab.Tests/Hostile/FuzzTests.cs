using System.Collections.Immutable;
using System.IO.Compression;
using NanoGpt;
using SuParDsl.Checkpoints;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Data.BytePairs;
using SuParDsl.Lab.Data.Pretrained;
using SuParDsl.Lab.Data.TokenFiles;
using SuParDsl.Lab.Data.Tokenizers;
using SuParDsl.Lab.Evaluations;
using SuParDsl.Lab.Files;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Sweeps;
using SuParDsl.Lab.Tests.Data;
using SuParDsl.Lab.Tests.Interop;
using SuParDsl.Lab.Tests.OwnModels;

namespace SuParDsl.Lab.Tests.Hostile;

/// <summary>
/// Every file that is read from outside, damaged in thousands of ways, leads to a clear error or is loaded, and nothing
/// else happens.
/// </summary>
public sealed class FuzzTests : IDisposable
{
    /// <summary>The number of tests, here and of checkpoints, which share the cases.</summary>
    public const int Readers = 20;

    private const int JsonFactor = 60, DeflateFactor = 1100;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Model_files()
    {
        using var model = new Curve(Small, seed: 1);
        ModelCheckpoint.Save(model, folder["model.safetensors"], ImmutableDictionary<string, string>.Empty);
        using var other = new Curve(Small, seed: 2);
        var before = Weights(other);
        ModelCheckpoint.Save(other, folder["other"], ImmutableDictionary<string, string>.Empty);
        Attacked("model.safetensors").Attack(
            path => ModelCheckpoint.Load(other, Path.Combine(path, "model.safetensors")), JsonFactor,
            loaded: () => ModelCheckpoint.Load(other, folder["other"]),
            refused: () => Assert.Equal(before, Weights(other)));
    }

    [Theory]
    [InlineData("""{"kind": "characters", "characters": "\n abcde"}""")]
    [InlineData("""{"kind": "bytes", "count": 200}""")]
    [InlineData("""{"kind": "ids", "count": 50257}""")]
    public void Vocabularies(string json)
    {
        folder.Write("vocabulary.json", json);
        Attacked("vocabulary.json").Attack(ReadTokenizer, JsonFactor);
    }

    [Fact]
    public void Byte_pairs()
    {
        var tokenizer = BytePairLearner.Learn(SmallText.Sentences, 270);
        BytePairFiles.Write(folder.Path, tokenizer);
        Attacked("vocab.json", "merges.txt").Attack(ReadTokenizer, 4 * JsonFactor);
    }

    [Fact]
    public void Token_files()
    {
        folder.Write("train.bin", [.. Enumerable.Range(0, 400).Select(static i => (byte)(i % 2 == 0 ? i % 90 : 0))]);
        folder.Write("val.bin", [.. Enumerable.Range(0, 200).Select(static i => (byte)(i % 2 == 0 ? i % 90 : 0))]);
        Attacked("train.bin", "val.bin").Attack(
            static path =>
            {
                using var corpus = BinCorpus.Open(path, TokenizerChoice.Default);
                corpus.RequireContext(16);
                var (inputs, targets) = Windows.Random(corpus.Train, 2, 16, 1, 1).ToTensors();
                Assert.InRange(inputs.max().ToInt64(), 0, corpus.Tokenizer.Size - 1);
                inputs.Dispose();
                targets.Dispose();
            },
            JsonFactor);
    }

    [Fact]
    public void Json_lines()
    {
        folder.Write(
            "mine.jsonl",
            string.Concat(Enumerable.Range(0, 30).Select(static i => $"{{\"id\": {i}, \"text\": \"line {i}\"}}\n")));
        Attacked("mine.jsonl").Attack(static path => Pack(Path.Combine(path, "mine.jsonl")), 4 * JsonFactor);
    }

    [Fact]
    public void Tasks()
    {
        folder.Write("tasks.jsonl", string.Concat(Enumerable.Range(0, 10).Select(static i =>
            $"{{\"question\": \"which {i}\", \"choices\": {{\"text\": [\"a\", \"b\"], \"label\": [\"A\", \"B\"]}}, "
            + $"\"answerKey\": \"{"AB"[i % 2]}\"}}\n")));
        Attacked("tasks.jsonl").Attack(
            static path => Assert.All(
                TaskFile.Read(Path.Combine(path, "tasks.jsonl"), "text").Questions,
                static question => Assert.InRange(question.Answer, 0, question.Choices.Count - 1)),
            4 * JsonFactor);
    }

    [Fact]
    public void Results_of_tasks()
    {
        var result = new TaskResult(
            "set", "arc", TaskKind.Choice, 2, "0123456789abcdef", 0,
            new Dictionary<string, Metric> { ["acc"] = new(0.5, 0.1, 0.25) });
        folder.Write("evaluation.json", RunJson.Text(new RunEvaluation(0.25, "SµPar", [result])));
        Attacked("evaluation.json").Attack(
            static path => Assert.NotEmpty(EvaluationTable.Of([("run", RunEvaluation.ReadOrNull(path)!)]).ToMarkdown()),
            JsonFactor);
    }

    [Fact]
    public void Parquet()
    {
        var rows = Enumerable.Range(0, 300).ToArray();
        ParquetFiles.Write(
            folder["mine.parquet"], 1, ("text", rows.Select(static i => $"row {i}").ToArray()),
            ("ids", rows.Select(static i => new[] { i, 1 }).ToArray()));
        Attacked("mine.parquet").Attack(
            static path =>
            {
                Pack(Path.Combine(path, "mine.parquet"));
                Pack(Path.Combine(path, "mine.parquet"), "ids");
            },
            4 * JsonFactor);
    }

    [Fact]
    public void Prepared_data()
    {
        Prepared.Write(folder["set"], folder.Write("text.txt", SmallText.Sentences), TokenizerChoice.Default, null);
        Attacked("set/prepared.json", "set/vocabulary.json", "set/train.npy").Attack(
            static path =>
            {
                using var corpus = BinCorpus.Open(Path.Combine(path, "set"), TokenizerChoice.Default);
                corpus.RequireContext(16);
                Assert.InRange(Windows.Random(corpus.Train, 2, 16, 1, 1).Inputs.Max(), 0, corpus.Tokenizer.Size - 1);
            },
            JsonFactor);
    }

    [Theory]
    [InlineData("tokenizer.json")]
    [InlineData("tokenizer.model")]
    public void Tokenizers_of_other_programs(string name)
    {
        if (name == "tokenizer.json")
        {
            folder.Write(name, TokenizerJsonFiles.Characters().ToJsonString());
        }
        else
        {
            folder.Write(name, SentencePieceFiles.Model(SentencePieceFiles.Bpe, hasBytes: true));
        }

        Attacked(name).Attack(
            static path =>
            {
                var tokenizer = FileTokenizer.Read(path);
                Assert.All(tokenizer.Encode("hello the cat Z"), id => Assert.InRange(id, 0, tokenizer.Size - 1));
                Assert.NotNull(tokenizer.Decode([0, tokenizer.Size - 1, tokenizer.Start]));
            },
            8 * JsonFactor);
    }

    [Theory]
    [InlineData(".gz")]
    [InlineData("")]
    public void Images(string extension)
    {
        string[] names = [.. Directory.GetFiles(Digits200.Folder).Select(static file => Path.GetFileNameWithoutExtension(file))];
        foreach (var name in names)
        {
            var compressed = File.ReadAllBytes(Path.Combine(Digits200.Folder, name + ".gz"));
            folder.Write(name + extension, extension.Length > 0 ? compressed : Plain(compressed));
        }

        Attacked([.. names.Select(name => name + extension)]).Attack(
            static path => new ImageData("Classes").Open(new(path, static _ => 0)).Dispose(),
            extension.Length > 0 ? DeflateFactor : JsonFactor);
    }

    [Fact]
    public void Runs_and_sweeps()
    {
        var settings = CommandLine.Run(
            ["sweep", .. SmallText.Sizes.Where(static (_, i) => i is not (0 or 1 or 8 or 9)), "--widths", "32",
             "--densities", "1/4", "--rules", "supar", "--lrs", "2^-8", "--steps", "2", "--batch", "2", "--eval-batches", "1",
             "--threads", "1", "--data", folder.Write("text.txt", SmallText.Sentences), "--out", folder["sweep"]]);
        Assert.Equal(0, settings.Code);
        var run = Directory.GetFiles(folder["sweep/runs"]).Single();
        Attacked("sweep/sweep.json", Path.GetRelativePath(folder.Path, run)).Attack(
            static path =>
            {
                var sweep = SweepFolder.Existing(Path.Combine(path, "sweep"));
                Assert.All(sweep.ReadSettings<Gpt.Size>().Points().Take(5), static point => Assert.NotEmpty(point.Id));
                Assert.All(sweep.Finished(), static finished => Assert.NotEmpty(finished.Point.Id));
            },
            JsonFactor);
    }

    [Fact]
    public void Folders_of_runs()
    {
        Assert.Equal(0, CommandLine.Run(
            ["train", .. SmallText.Sizes, "--steps", "3", "--batch", "2", "--eval-batches", "1", "--sample-length", "0",
             "--threads", "1", "--method", "rigl", "--rule", "measured", "--mask-every", "1",
             "--data", folder.Write("text.txt", SmallText.Sentences), "--out", folder["run"]]).Code);
        Attacked("run/config.json", "run/metrics.csv", "run/masks.csv").Attack(
            static path =>
            {
                var run = RunFolder.Existing(Path.Combine(path, "run"));
                Assert.NotNull(run.ReadConfig<Gpt.Size>().Training);
                Assert.Equal(3, run.ReadMetrics(3).Steps.Count);
                Assert.All(run.ReadMetrics(3).Masks, static mask => Assert.InRange(mask.Step, 0, 3));
            },
            JsonFactor);
    }

    [Fact]
    public void Options_files()
    {
        folder.Write("options.json",
            """{"table": {"width": "64", "rule": "supar", "density": 0.25, "json": true}, "engine": {"threads": 1}}""");
        Attacked("options.json").Attack(
            static path =>
            {
                var (code, _, error) = CommandLine.Run("table", "--config", Path.Combine(path, "options.json"));
                Assert.Contains(code, (int[])[0, 2]);
                if (code == 2)
                {
                    throw new UserException(Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
                }
            },
            4 * JsonFactor,
            always: 64 << 20); // a whole command runs
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Weights_of_other_programs(int files)
    {
        ForeignModel.Gpt2(width: 8, headDim: 4, vocab: 11, context: 4, layers: 1).Write(folder["gpt2"], files: files);
        Attacked([.. Directory.GetFiles(folder["gpt2"]).Select(file => Path.GetRelativePath(folder.Path, file))]).Attack(
            path =>
            {
                var (code, _, error) = CommandLine.Of<Gpt2.Gpt2Model>("import", Path.Combine(path, "gpt2"), "--out",
                    Path.Combine(path, "run"));
                Assert.Contains(code, (int[])[0, 2]);
                if (code == 2)
                {
                    throw new UserException(Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
                }
            },
            4 * JsonFactor,
            loaded: () =>
            {
                using (var model = ImportedRun.Model<Gpt2.Gpt2Model, Gpt2.Gpt2Model.Size>(folder["run"]))
                {
                    Assert.Equal(8, model.Tensors[0].Axes[1].Value);
                }

                Directory.Delete(folder["run"], recursive: true);
            },
            refused: () => Assert.Equal([folder["gpt2"]], Directory.GetFileSystemEntries(folder.Path)),
            always: 64 << 20); // a whole command runs
    }

    private static Curve.Size Small => Curve.Base with { Width = 8, Density = 1 / 4.0 };

    private static void Pack(string path, string field = "text")
    {
        using var corpus = Corpus.Open(path, string.Empty, TokenizerChoice.Default with { Field = field });
        Assert.InRange(corpus.Train.Length, 0, 1 << 20);
    }

    private static void ReadTokenizer(string path)
    {
        var tokenizer = RunFolder.Existing(path).ReadTokenizer();
        Assert.InRange(tokenizer.Start, 0, tokenizer.Size - 1);
        Assert.NotNull(tokenizer.Decode([0, tokenizer.Size - 1, tokenizer.Start]));
    }

    private static float[] Weights(Curve model) => [.. model.Tensors.SelectMany(tensor => model.GetWeights(tensor.Name))];

    private static byte[] Plain(byte[] compressed)
    {
        using var plain = new MemoryStream();
        using var gzip = new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress);
        gzip.CopyTo(plain);
        return plain.ToArray();
    }

    private HostileFiles Attacked(params string[] names) =>
        new(folder, names.ToDictionary(static name => name, name => File.ReadAllBytes(folder[name])));
}
