extern alias Lab;
using System.IO.Compression;
using System.Text;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Data.BytePairs;
using SuParDsl.Lab.Data.Tokenizers;
using SuParDsl.Lab.Files;
using SuParDsl.Lab.Tests.OwnModels;

namespace SuParDsl.Lab.Tests.Hostile;

using FileKind = Lab::SuParDsl.FileKind;

/// <summary>
/// Every reader of the lab that is given a file or folder of another kind prints one line that names what was found and
/// what was expected.
/// </summary>
public sealed class WrongFileTests : IDisposable
{
    private static readonly Dictionary<string, (byte[] Content, string Kind)> Files = new()
    {
        ["gzip"] = (Gzip("hello"), "a gzip archive"),
        ["zip"] = ([.. "PK\u0003\u0004"u8, .. new byte[60]], "a zip archive"),
        ["pytorch"] = ([.. "PK\u0003\u0004"u8, .. new byte[26], .. "archive/data.pkl"u8, 0xFF], "a PyTorch file"),
        ["numpy"] = ([0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. new byte[118]], "a NumPy array (.npy)"),
        ["safetensors"] = ([2, 0, 0, 0, 0, 0, 0, 0, .. "{}"u8], "a safetensors file"),
        ["events"] = (
            [24, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 9, 0, 0, 0, 0, 0, 0, 0, 0, 26, 13, .. "brain.Event:2"u8],
            "a TensorBoard event file"),
        ["html"] = ([.. "<!DOCTYPE html>\n<html><body>404: not found</body></html>\n"u8], "an HTML page"),
        ["array"] = ([.. "[1, 2, 3]\n"u8], "a JSON array"),
        ["text"] = ([.. "just some words\n"u8], "text beginning 'just some words"),
        ["lfs"] = (
            [.. "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"u8],
            "a Git LFS pointer, not the file itself"),
        ["empty"] = ([], "an empty file"),
    };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("gzip")]
    [InlineData("zip")]
    [InlineData("pytorch")]
    [InlineData("numpy")]
    [InlineData("safetensors")]
    [InlineData("events")]
    [InlineData("lfs")]
    public void Text_to_train_on(string kind) => Refused(Put("data", kind), Files[kind].Kind, "train", "--data", folder["data"]);

    [Fact]
    public void Text_with_a_byte_order_mark_is_read_as_it_says()
    {
        foreach (var encoding in new[]
        {
            Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32, new UTF32Encoding(true, true),
        })
        {
            folder.Write("data", [.. encoding.GetPreamble(), .. encoding.GetBytes("Größe 𝄞\n")]);
            using var corpus = Corpus.Open(folder["data"], string.Empty, TokenizerChoice.Default);
            Assert.Equal(
                "\nGeröß 𝄞".EnumerateRunes().Order(), ((CharacterTokenizer)corpus.Tokenizer).Characters.EnumerateRunes());
        }
    }

    [Theory]
    [InlineData(false, "what looks like UTF-16 (little-endian) without a byte order mark")]
    [InlineData(true, "what looks like UTF-16 (big-endian) without a byte order mark")]
    public void Text_without_one_is_not_guessed(bool isBig, string kind)
    {
        folder.Write("data", new UnicodeEncoding(isBig, byteOrderMark: false).GetBytes(SmallText.Sentences));
        Refused("data", kind, "train", "--data", folder["data"]);
    }

    [Theory]
    [InlineData("Some text.\0And more.", "it has a zero byte after 10 characters")]
    [InlineData("\uFEFF\u0001", "")]
    public void Only_zeros_make_text_binary(string text, string expected)
    {
        folder.Write("data", text);
        var (code, _, error) = CommandLine.Run("train", "--data", folder["data"]);
        Assert.Equal(2, code);
        Assert.Contains(expected.Length > 0 ? expected : "too few for a context", error);
    }

    [Fact]
    public void Damage_in_utf_16_is_named()
    {
        folder.Write("data", [0xFF, 0xFE, 0x41, 0x00, 0x00, 0xD8, 0x41, 0x00]);
        Refused("data", "is invalid at its position in UTF-16; ", "train", "--data", folder["data"]);
    }

    [Theory]
    [InlineData("vocab.json", "gzip")]
    [InlineData("vocab.json", "html")]
    [InlineData("vocab.json", "array")]
    [InlineData("vocab.json", "empty")]
    [InlineData("merges.txt", "zip")]
    [InlineData("merges.txt", "lfs")]
    public void Byte_pairs(string file, string kind)
    {
        BytePairFiles.Write(folder.Path, BytePairLearner.Learn(SmallText.Sentences, 300));
        Refused(
            Put(file, kind), Files[kind].Kind, "train", "--tokenizer", "bpe:" + folder.Path,
            "--data", folder.Write("t", SmallText.Sentences));
    }

    [Theory]
    [InlineData(
        "vocab.json", "merges.txt",
        "is a list of merges, or damaged; it must be a JSON object of tokens and their ids: is it swapped with merges.txt?")]
    [InlineData(
        "merges.txt", "vocab.json",
        "is a JSON object; it must be lines of merges, two tokens each: is it another tokenizer's file, "
        + "or swapped with vocab.json?")]
    public void Swapped_byte_pairs(string file, string other, string expected)
    {
        BytePairFiles.Write(folder.Path, BytePairLearner.Learn(SmallText.Sentences, 300));
        File.Copy(folder[other], folder[file], overwrite: true);
        Assert.Contains(expected, Assert.Throws<UserException>(() => BytePairFiles.Read(folder.Path)).Message);
    }

    [Fact]
    public void Byte_pairs_of_two_tokenizers()
    {
        BytePairFiles.Write(folder.Path, BytePairLearner.Learn(SmallText.Sentences, 300));
        var (vocabulary, merges) = (File.ReadAllText(folder["vocab.json"]), File.ReadAllLines(folder["merges.txt"]));
        folder.Write("merges.txt", string.Join('\n', merges[..8]));
        AssertRefused("15 tokens that no merge of merges.txt makes, such as '",
            "merges.txt belongs to another tokenizer or is truncated");
        folder.Write("merges.txt", string.Join('\n', merges.Skip(1).Reverse()));
        AssertRefused("merges.txt(1) is damaged: ", "the lines must be in the order in which the merges were learned");
        folder.Write("merges.txt", "n v\n");
        AssertRefused("merges.txt(1) is damaged: 'n v' is not a valid merge", "or the two files belong to different tokenizers");
        folder.Write("vocab.json", vocabulary.Replace("\"Ġthe\"", "\"▁the\"", StringComparison.Ordinal));
        AssertRefused(
            "or of another kind of tokenizer than GPT-2's: '▁the' is not a token of GPT-2's bytes", "'▁' stands for no byte");

        void AssertRefused(params string[] expected)
        {
            var message = Assert.Throws<UserException>(() => BytePairFiles.Read(folder.Path)).Message;
            Assert.All(expected, part => Assert.Contains(part, message));
        }
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("safetensors")]
    [InlineData("html")]
    [InlineData("array")]
    [InlineData("text")]
    [InlineData("empty")]
    [InlineData("lfs")]
    public void Options(string kind) => Refused(Put("lab.json", kind), Files[kind].Kind, "table", "--config", folder["lab.json"]);

    [Fact]
    public void A_folder_or_a_run_in_place_of_options()
    {
        Refused(folder.Path, "is a folder; it must be a JSON object of options by command", "table", "--config", folder.Path);
        var file = folder.Write("config.json", """{"example": "NanoGpt", "size": {"width": 64}}""");
        Refused(
            file, "is a run's configuration, not options by command: give the options.json beside it", "table", "--config", file);
    }

    [Fact]
    public void Files_and_other_folders_in_place_of_folders()
    {
        folder.Write("model.safetensors", Files["safetensors"].Content);
        Directory.CreateDirectory(folder["sweep"]);
        folder.Write("sweep/sweep.json", "{}");
        foreach (var (name, kind) in new[] { ("model.safetensors", "a safetensors file"), ("sweep", "the folder of a sweep") })
        {
            Refused(
                folder[name],
                $"is {kind}; it must be the folder of a run: name one that `train` has written",
                "sample",
                folder[name]);
            Refused(folder[name], $"is {kind}; it must be the folder of a run", "export", folder[name], folder["out"]);
            Refused(
                folder[name],
                $"is not a reference run: it needs trace.json and tensors.safetensors, but is {kind}",
                "replay",
                folder[name]);
        }

        var file = folder["model.safetensors"];
        Refused(file, "it has no sweep.json, but is a safetensors file", "transfer", file);
        Refused(
            file, "it has none of check.json, sweep.json, bench.json, config.json, but is a safetensors file", "report", file);
        Refused(
            file,
            "is a safetensors file; it must be a folder with MNIST's files",
            () => CommandLine.Of<Digits.Mlp>("train", "--data", file));
    }

    [Fact]
    public void Files_of_a_run()
    {
        var data = folder.Write("text.txt", SmallText.Sentences);
        string[] train =
        [
            "train", .. SmallText.Sizes, "--steps", "3", "--batch", "2", "--eval-batches", "1", "--sample-length", "0",
            "--threads", "1", "--method", "rigl", "--mask-every", "1", "--checkpoint-every", "2", "--data", data,
            "--out", folder["run"],
        ];
        Assert.Equal(0, CommandLine.Run(train).Code);
        var last = Directory.GetDirectories(folder["run/checkpoints"]).Order(StringComparer.Ordinal).Last();
        var checkpoint = Path.GetRelativePath(folder["run"], last);
        string[] resume = [.. train, "--resume"];
        var reads = new (string File, string[] Kinds, string[] Command)[]
        {
            ("config.json", ["gzip", "html", "array", "empty"], ["sample", folder["run"]]),
            ("vocabulary.json", ["numpy", "text", "array"], ["sample", folder["run"]]),
            ("model.safetensors", ["pytorch", "gzip", "numpy", "html", "lfs"], ["sample", folder["run"]]),
            ("metrics.csv", ["gzip", "html", "array", "empty"], resume),
            ("masks.csv", ["gzip", "html", "array", "empty"], resume),
            ($"{checkpoint}/manifest.json", ["gzip", "html", "empty"], resume),
            ($"{checkpoint}/model.safetensors", ["pytorch", "lfs"], resume),
            ($"{checkpoint}/optimizer.safetensors", ["pytorch"], resume),
            ("config.json", ["gzip", "array"], ["report", folder["run"], "--out", folder["page"]]),
            ("loss.svg", ["gzip", "html", "text"], ["report", folder["run"], "--out", folder["page"]]),
            ("table.md", ["gzip"], ["report", folder["run"], "--out", folder["page"]]),
        };
        foreach (var (file, kinds, command) in reads)
        {
            var path = Path.Combine("run", file);
            var sound = File.ReadAllBytes(folder[path]);
            foreach (var kind in kinds)
            {
                folder.Write(path, Files[kind].Content);
                Refused(folder[path], Files[kind].Kind, command);
            }

            folder.Write(path, sound);
        }

        Assert.Equal(0, CommandLine.Run(resume).Code);
        folder.Write("run/loss.svg", "<svg><script>alert(1)</script></svg>");
        Refused(
            folder["run/loss.svg"], "it must be a figure that the lab drew, without scripts", "report", folder["run"],
            "--out", folder["page"]);
    }

    [Fact]
    public void Files_of_a_sweep()
    {
        string[] sweep =
        [
            "sweep", "--layers", "1", "--head-dim", "16", "--context", "16", "--widths", "32", "--densities", "1/4",
            "--rules", "supar", "--lrs", "2^-8", "--steps", "2", "--batch", "2", "--eval-batches", "1", "--threads", "1",
            "--data", folder.Write("text.txt", SmallText.Sentences), "--out", folder["sweep"],
        ];
        Assert.Equal(0, CommandLine.Run(sweep).Code);
        foreach (var path in new[] { folder["sweep/sweep.json"], Directory.GetFiles(folder["sweep/runs"], "*.json").Single() })
        {
            var sound = File.ReadAllBytes(path);
            foreach (var kind in new[] { "gzip", "html", "array", "empty", "lfs" })
            {
                File.WriteAllBytes(path, Files[kind].Content);
                Refused(path, Files[kind].Kind, sweep);
            }

            File.WriteAllBytes(path, sound);
        }

        Assert.Equal(0, CommandLine.Run(sweep).Code);
        folder.Write("job.sh", Files["gzip"].Content);
        var script = folder["job.sh"];
        Refused(
            script,
            "is a gzip archive; it must be lines of a shell script",
            [.. sweep, "--engine", "slurm", "--template", script]);
    }

    [Theory]
    [InlineData("trace.json", "gzip")]
    [InlineData("trace.json", "array")]
    [InlineData("trace.json", "empty")]
    [InlineData("tensors.safetensors", "pytorch")]
    [InlineData("tensors.safetensors", "html")]
    public void Files_of_a_reference_run(string file, string kind)
    {
        var reference = Path.Combine(AppContext.BaseDirectory, "reference");
        var run = Directory.GetFiles(reference, "trace.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        foreach (var name in new[] { "trace.json", "tensors.safetensors" })
        {
            File.Copy(Path.Combine(Path.GetDirectoryName(run)!, name), folder[name]);
        }

        Refused(Put(file, kind), Files[kind].Kind, "replay", folder.Path);
    }

    [Fact]
    public void Images_are_unpacked_by_their_content()
    {
        foreach (var file in Directory.GetFiles(Data.Digits200.Folder))
        {
            // Each file has the other form's name.
            var (name, packed) = (Path.GetFileNameWithoutExtension(file), File.ReadAllBytes(file));
            if (name.StartsWith("train", StringComparison.Ordinal))
            {
                folder.Write(name, packed);
            }
            else
            {
                folder.Write(name + ".gz", Unzip(packed));
            }
        }

        using var data = new ImageData("Classes").Open(new(folder.Path, static _ => 0));
        Assert.Equal((160, 40), (data.TrainingCount, data.ValidationCount));
        Put("train-images-idx3-ubyte", "numpy");
        Assert.Contains("begins with 934E554D and is a NumPy array (.npy), an IDX file", Assert.Throws<UserException>(() =>
            new ImageData("Classes").Open(new(folder.Path, static _ => 0))).Message);
    }

    [Fact]
    public void Kinds_are_recognized_by_content() =>
        Assert.All(Files, file => Assert.StartsWith(file.Value.Kind, FileKind.Describe(folder[Put(file.Key, file.Key)])));

    private string Put(string name, string kind)
    {
        folder.Write(name, Files[kind].Content);
        return name;
    }

    private static void Refused(string path, string expected, params string[] command) =>
        Refused(path, expected, () => CommandLine.Run(command));

    private static void Refused(string path, string expected, Func<(int Code, string Output, string Error)> command)
    {
        var (code, _, error) = command();
        Assert.Equal(2, code);
        Assert.Contains(expected, error);
        Assert.Contains(path, error);
        Assert.InRange(Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Length, 20, 700);
    }

    private static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return packed.ToArray();
    }

    private static byte[] Unzip(byte[] packed)
    {
        using var plain = new MemoryStream();
        using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        gzip.CopyTo(plain);
        return plain.ToArray();
    }
}
