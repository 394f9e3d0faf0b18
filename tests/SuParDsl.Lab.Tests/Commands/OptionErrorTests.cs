namespace SuParDsl.Lab.Tests.Commands;

public sealed class OptionErrorTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("tarin", "unknown command 'tarin': did you mean train?")]
    [InlineData("train --widht 3", "did you mean --width?")]
    [InlineData("train extra", "unknown argument 'extra'")]
    [InlineData("train --width many", "--width is 'many': it must be a whole number from 1")]
    [InlineData("train --width 0", "--width is '0'")]
    [InlineData("train --steps 0", "--steps is '0'")]
    [InlineData("train --lr 0", "--lr is '0': it must be a number above 0")]
    [InlineData("train --lr nan", "--lr is 'nan'")]
    [InlineData("train --lr 1/0", "--lr is '1/0'")]
    [InlineData("train --beta2 1", "--beta2 is '1': it must be a number in [0, 1)")]
    [InlineData("train --beta2 much", "--beta2 is 'much': it must be a number in [0, 1)")]
    [InlineData(
        "train --lr 1e-3 --final-lr 2e-3",
        "--final-lr is 0.002: it must be in [0, 0.001], as the learning rate falls to it from its peak")]
    [InlineData("train --final-lr -1", "--final-lr is '-1': it must be a number of at least 0")]
    [InlineData("train --final-lr 1e-5 --decay constant", "--final-lr is 1E-05, but --decay constant has no final rate")]
    [InlineData("sweep --out x --lrs 1e-2,1e-4 --final-lr 1e-3", "--final-lr is 0.001: it must be in [0, 0.0001]")]
    [InlineData("train --warmup-formula zero", "--warmup-formula is 'zero': it must be abovezero, fromzero")]
    [InlineData("train --decay-mode completep --optimizer sgd",
        "--decay-mode is completep: with --optimizer sgd it must be coupled, independent, sqrt, mup")]
    [InlineData(
        "train --decay-mode mup --optimizer muon",
        "--decay-mode is mup: with --optimizer muon it must be coupled, independent, sqrt")]
    [InlineData("train --muon-shape tall", "--muon-shape applies to Muon only: add --optimizer muon")]
    [InlineData("train --muon-convolutions", "--muon-convolutions applies to Muon only: add --optimizer muon")]
    [InlineData("train --decay slow", "--decay is 'slow': it must be constant, linear, cosine")]
    [InlineData("train --rule 0", "--rule is '0': it must be supar, mup, standard")]
    [InlineData("train --bias maybe", "--bias is 'maybe': it must be true or false")]
    [InlineData("train --device gpu", "--device is 'gpu': it must be cpu, cuda")]
    [InlineData("train --data no-such-file.txt", "--data no-such-file.txt does not exist")]
    [InlineData("train --steps", "--steps")]
    [InlineData("train --batch 8 --accumulate 3", "--accumulate is 3: the 8 examples of a step (--batch) cannot be divided")]
    [InlineData("train --tokenizer wordpiece", "--tokenizer is 'wordpiece': it must be default, character, byte, bpe")]
    [InlineData("train --tokenizer byte:x", "--tokenizer is 'byte:x': only bpe takes a folder (write bpe:folder)")]
    [InlineData(
        "train --tokenizer bpe:no-such-folder",
        "vocab.json cannot be read: byte pairs are a folder with vocab.json and merges.txt")]
    [InlineData("train --vocabulary 300", "--vocabulary 300 applies to byte pairs and token ids only: add --tokenizer bpe")]
    [InlineData("train --vocabulary 256", "--vocabulary is '256': it must be a whole number from 257")]
    [InlineData("train --transport host", "--transport applies only to ranks that train together; add --parallel mpi")]
    [InlineData("train --no-overlap", "--no-overlap applies only to ranks that train together; add --parallel mpi")]
    [InlineData("train --shard-optimizer", "--shard-optimizer applies only to ranks that train together; add --parallel mpi")]
    [InlineData("train --allow-resize", "--allow-resize applies only to a resumed run; add --resume")]
    [InlineData("sweep --out x --gpus 1", "--gpus applies only to jobs on a cluster; add --engine slurm")]
    [InlineData(
        "sweep --out x --engine slurm --workers 2", "--workers applies to local runs only; use --tasks with --engine slurm")]
    [InlineData("train @options.txt", "unknown argument '@options.txt'")]
    [InlineData("table --width 100", "width of SelfAttention is 100, not a multiple of headDim (32)")]
    [InlineData("table --density 2", "density of")]
    [InlineData("table --density 1e-9", "the density of Blocks.0.Attn.Qkv.weight is 1E-09: with a fan-in of 256")]
    [InlineData("table --sigma -1", "the initial standard deviation is -1")]
    [InlineData("table --width 2000000000", "of memory for its weights alone, and this machine has")]
    [InlineData("table --layers 100000000", "Repeat<Block> with count 100000000 needs more than")]
    [InlineData(
        "table --width 1000000 --head-dim 100 --layers 8",
        "a parameter of shape 3000000×1000000 needs more than 1.2E+04 GB of memory")]
    [InlineData("sweep --out x --layers 100000000", "Repeat<Block> with count 100000000 needs more than")]
    [InlineData("sweep --out x --lrs=", "--lrs")]
    [InlineData("sweep --out x --densities ,", "--densities is ',': it must be a list")]
    [InlineData("check --widths 64 --densities 1", "a coordinate check compares sizes: give at least two values")]
    [InlineData("check --widths 64.5,128", "--widths is '64.5,128': it must be a list")]
    [InlineData("check --densities 1,2", "in (0, 1]")]
    [InlineData("check --rules sp", "--rules is 'sp': it must be supar, mup, standard")]
    [InlineData("check --optimizer rprop", "--optimizer is 'rprop'")]
    [InlineData("bench --densities 0", "--densities is '0': it must be a list")]
    [InlineData("bench --rounds 0", "--rounds is '0': it must be a whole number from 1")]
    [InlineData("bench --batch many", "--batch is 'many'")]
    [InlineData("sweep", "--out")]
    [InlineData("sweep --out x --lrs 2^-4..0", "--lrs is '2^-4..0'")]
    [InlineData("sweep --out x --shard 3/2", "--shard is '3/2': it must be i/n")]
    [InlineData("sweep --out x --lr 1", "unknown option '--lr': did you mean --lrs?")]
    [InlineData("sample no-such-run", "there is no run folder no-such-run")]
    [InlineData("sample", "'run'")]
    [InlineData("replay no-such-run", "no-such-run is not a reference run")]
    [InlineData("replay x --tolerance 0", "--tolerance is '0'")]
    public void A_bad_request_is_one_line_and_code_2(string line, string expected) => Refused(expected, line.Split(' '));

    [Fact]
    public void Data_that_is_not_text_is_refused() =>
        Refused("is not UTF-8 text", "train", "--data", folder.Write("bad.txt", [0x41, 0xFF, 0x42]));

    [Fact]
    public void Data_that_is_empty_is_refused() =>
        Refused("is empty", "train", "--data", folder.Write("empty.txt", string.Empty));

    [Fact]
    public void A_text_shorter_than_the_context_is_refused() =>
        Refused("too few for a context of 128: it needs at least 129", "train", "--data", folder.Write("short.txt", "Short."));

    [Fact]
    public void A_folder_without_binary_files_is_refused() =>
        Refused("a data folder needs train.bin and val.bin", "train", "--data", folder.Path);

    [Fact]
    public void A_binary_file_of_odd_length_is_refused()
    {
        folder.Write("train.bin", [1, 0, 2]);
        folder.Write("val.bin", [1, 0]);
        Refused("an odd number", "train", "--data", folder.Path);
    }

    [Fact]
    public void A_folder_that_is_not_empty_is_not_written_to()
    {
        folder.Write("mine.txt", "mine");
        var data = folder.Write("text.txt", SmallText.Sentences);
        Refused("already exists and is not an empty folder", "train", "--data", data, "--out", folder.Path);
        Refused("already exists", "train", "--data", data, "--out", data);
        Assert.Equal(["mine.txt", "text.txt"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_bad_size_leaves_no_run_folder()
    {
        Refused(
            "not a multiple of headDim", "train", "--width", "100", "--data", folder.Write("text.txt", SmallText.Sentences),
            "--out", folder["run"]);
        Assert.False(Directory.Exists(folder["run"]));
    }

    [Theory]
    [InlineData]
    [InlineData("--help")]
    [InlineData("train", "--help")]
    [InlineData("sample", "-h")]
    public void Help_is_on_the_output_with_examples(params string[] args)
    {
        var (code, output, error) = CommandLine.Run(args);
        Assert.Equal(0, code);
        Assert.Contains("Examples:", output);
        Assert.Empty(error);
    }

    private static void Refused(string expected, params string[] args)
    {
        var (code, output, error) = CommandLine.Run(args);
        Assert.Equal(2, code);
        Assert.Contains(expected, error);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Empty(output);
    }
}
