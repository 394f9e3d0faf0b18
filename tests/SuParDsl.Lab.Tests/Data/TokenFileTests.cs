using System.Buffers.Binary;
using System.Text;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Data.BytePairs;
using SuParDsl.Lab.Data.TokenFiles;
using SuParDsl.Lab.Data.Tokenizers;

namespace SuParDsl.Lab.Tests.Data;

/// <summary>Files of token ids, from any tool, are read correctly or refused with a description of their content.</summary>
public sealed class TokenFileTests : IDisposable
{
    // Uniform ids, which no model could tell from garbage by its loss alone, and ids with the distribution of texts and a
    // large vocabulary.
    private static readonly long[] Few = Ids(2000, static random => random.Next(200));
    private static readonly long[] Gpt2 = Ids(4000, static random => (long)(50257 * Math.Pow(random.NextDouble(), 4)));
    private static readonly long[] Llama = Ids(4000, static random => (long)(128256 * Math.Pow(random.NextDouble(), 3)));

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    // The ids that each type can hold.
    public static IEnumerable<object[]> Types() =>
        from type in Enum.GetValues<TokenType>()
        from ids in new[] { nameof(Few), nameof(Gpt2), nameof(Llama) }
        where type.Bytes() >= 4 || (type.Bytes() == 2 && ids != nameof(Llama)) || (type == TokenType.Uint8 && ids == nameof(Few))
        where ids != nameof(Gpt2) || type is not (TokenType.Int16 or TokenType.Int16Be)
        select new object[] { type.ToString(), ids };

    [Theory]
    [MemberData(nameof(Types))]
    public void Numbers_alone_are_read_right_or_refused_and_the_option_names_them(string name, string which)
    {
        var type = Enum.Parse<TokenType>(name);
        var ids = which == nameof(Few) ? Few : which == nameof(Gpt2) ? Gpt2 : Llama;
        Put(Bytes(type, ids));
        var isDoubtful = type == TokenType.Uint8 || (type.Bytes() == 2 && type.IsBigEndian() && which == nameof(Gpt2));
        if (isDoubtful)
        {
            Assert.Contains("give --token-type " + (type == TokenType.Uint8 ? "uint8" : "uint16be"), Refusal());
        }
        else
        {
            Equal(ids, type).Dispose();
        }

        Equal(ids, type, new(type)).Dispose();
    }

    [Theory]
    [InlineData(20240520, 1, TokenType.Uint16)]
    [InlineData(20240801, 7, TokenType.Uint32)]
    [InlineData(20240801, 1, TokenType.Uint32)]
    public void Headers_of_llm_c_are_read(int magic, int version, object type)
    {
        var ids = (TokenType)type == TokenType.Uint16 ? Gpt2 : Llama;
        Put([.. Header(magic, version, ids.Length), .. Bytes((TokenType)type, ids)]);
        using (var corpus = Equal(ids, (TokenType)type))
        {
            Assert.Contains("ids by llm.c's header", corpus.Name);
        }

        Assert.Contains("as llm.c's header says, not uint8: leave --token-type out", Refusal(new(TokenType.Uint8)));
    }

    [Theory]
    [InlineData("<u2", TokenType.Uint16)]
    [InlineData("<u4", TokenType.Uint32)]
    [InlineData("<i4", TokenType.Int32)]
    [InlineData("<i8", TokenType.Int64)]
    [InlineData(">i4", TokenType.Int32Be)]
    [InlineData("|u1", TokenType.Uint8)]
    public void Arrays_of_numpy_are_read_under_either_name(string descr, object type)
    {
        var array = Numpy(
            $"{{'descr': '{descr}', 'fortran_order': False, 'shape': ({Few.Length},), }}", Bytes((TokenType)type, Few));
        Put(array);
        Equal(Few, (TokenType)type).Dispose();
        File.Move(folder["train.bin"], folder["train.npy"]);
        Equal(Few, (TokenType)type).Dispose();
        folder.Write("train.bin", array);
        Assert.Contains("has both train.bin and train.npy", Refusal());
    }

    [Theory]
    [InlineData(8, TokenType.Uint16)]
    [InlineData(4, TokenType.Int32)]
    [InlineData(5, TokenType.Int64)]
    public void Indices_of_megatron_say_what_the_numbers_are(byte code, object type)
    {
        Put(Bytes((TokenType)type, Few));
        foreach (var name in new[] { "train.idx", "val.idx" })
        {
            folder.Write(name, Megatron(code, Few.Length / 2, Few.Length - (Few.Length / 2)));
        }

        using (var corpus = Equal(Few, (TokenType)type))
        {
            Assert.Contains("ids by its Megatron index", corpus.Name);
        }

        folder.Write("val.idx", Megatron(code, Few.Length, 1));
        Assert.Contains($"but {folder["val.idx"]} says 2001 ", Refusal());
        folder.Write("val.idx", Megatron(7, Few.Length));
        Assert.Contains("numbers of Megatron's type 7, which are not token ids", Refusal());
        folder.Write("val.idx", Megatron(code, [.. Enumerable.Repeat(1, 20)])[..60]);
        Assert.Contains("it says 20 sequences, which its 60 bytes cannot hold", Refusal());
    }

    public static TheoryData<string, byte[]> OtherFiles => new()
    {
        { "is a gzip archive, not token ids", [0x1F, 0x8B, 8, 0, .. Noise] },
        { "is a zip archive, not token ids", [.. "PK\u0003\u0004"u8, .. Noise] },
        { "is a PyTorch file, not token ids", [.. "PK\u0003\u0004"u8, .. new byte[26], .. "archive/data.pkl"u8, .. Noise] },
        { "is a Python pickle, not token ids", [0x80, 4, 0x95, .. Noise] },
        { "is a safetensors file, not token ids", [2, 0, 0, 0, 0, 0, 0, 0, .. "{}"u8] },
        { "is a Parquet file, not token ids", [.. "PAR1"u8, .. Noise] },
        { "is an Arrow file, not token ids", [.. "ARROW1\0\0"u8, .. Noise] },
        { "is a packed data set of Lit-GPT, not token ids", [.. "LITPKDS"u8, .. Noise] },
        {
            "is a Git LFS pointer, not the file itself (run `git lfs pull`)",
            [.. "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"u8]
        },
        { "is text, not token ids: name it .txt", Encoding.UTF8.GetBytes(SmallText.Sentences[..2000]) },
        {
            "is text, not token ids: name it .txt",
            [.. Enumerable.Repeat("Größe 的一是不了人我在有他 ", 500).SelectMany(Encoding.UTF8.GetBytes)]
        },
        { "seems to hold single bytes or compressed data", Noise },
        {
            "holds floating-point numbers (float32), not token ids",
            [.. Few.SelectMany(static id => BitConverter.GetBytes((float)id))]
        },
        {
            "holds floating-point numbers (float64), not token ids",
            [.. Few.SelectMany(static id => BitConverter.GetBytes((double)id))]
        },
        {
            "holds floating-point numbers (float16), not token ids",
            [.. Few.SelectMany(static id => BitConverter.GetBytes((Half)id))]
        },
        {
            "holds floating-point numbers (bfloat16), not token ids",
            [.. Few.SelectMany(static id => BitConverter.GetBytes((float)id)[2..])]
        },
        { "is a file of multiple-choice questions of llm.c", [.. Header(20240522, 1, 3), .. Noise] },
        {
            "has llm.c's header 20240520 in version 2; this program reads version 1",
            [.. Header(20240520, 2, 2000), .. Bytes(TokenType.Uint16, Few)]
        },
        {
            "llm.c's header says 1999 16-bit ids, which make 5022 bytes; the file has 5024",
            [.. Header(20240520, 1, 1999), .. Bytes(TokenType.Uint16, Few)]
        },
        { "llm.c's header says -1 16-bit ids", [.. Header(20240520, 1, -1), .. Bytes(TokenType.Uint16, Few)] },
        {
            "seems to begin with another tool's header of 1024 bytes",
            [.. Header(20990101, 1, 2000), .. Bytes(TokenType.Uint16, Gpt2)]
        },
        { "is a NumPy array of '<f4'", Numpy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", new byte[8]) },
        {
            "is a NumPy array of shape (2, 2); it must have one axis",
            Numpy("{'descr': '<u2', 'fortran_order': False, 'shape': (2, 2), }", new byte[8])
        },
        {
            "in Fortran's order; it must have one axis",
            Numpy("{'descr': '<u2', 'fortran_order': True, 'shape': (4,), }", new byte[8])
        },
        {
            "NumPy's header says 5 16-bit ids, but 8 bytes follow it",
            Numpy("{'descr': '<u2', 'fortran_order': False, 'shape': (5,), }", new byte[8])
        },
        { "is a damaged NumPy array", Numpy("{'descr': [('a', '<u2')], 'fortran_order': False, 'shape': (4,), }", new byte[8]) },
        { "is a damaged NumPy array", [0x93, .. "NUMPY"u8, 1, 0] },
        { "has the id -100 at position 50, read as 32-bit ids", Bytes(TokenType.Int32, With(Few, 50, -100)) },
        { "has the id -1 at position 7, read as 64-bit ids", Bytes(TokenType.Int64, With(Few, 7, -1)) },
        {
            "has the id 60000 at position 1234, far beyond the others, which are at most 199: "
            + "correct the file, or give --vocabulary 60001",
            Bytes(TokenType.Uint16, With(Few, 1234, 60000))
        },
        { "has the id 65535 at position 3, far beyond the others", Bytes(TokenType.Int16, With(Few, 3, -1)) },
        {
            "has the id 2000000000 at position 9, read as 32-bit ids: an id must be 0 to 16777215",
            Bytes(TokenType.Uint32, With(Few, 9, 2_000_000_000))
        },
        { "has 4001 bytes, an odd number: it must hold 16-bit ids", [.. Bytes(TokenType.Uint16, Few), 0] },
        { "has 8002 bytes, not a multiple of 4: it must hold 32-bit ids", [.. Bytes(TokenType.Uint32, Few), 0, 0] },
    };

    [Theory]
    [MemberData(nameof(OtherFiles))]
    public void Other_files_are_refused_by_what_they_are(string expected, byte[] content)
    {
        Put(content);
        var message = Refusal();
        Assert.StartsWith(folder["train.bin"], message);
        Assert.Contains(expected, message);
        Assert.DoesNotContain('\n', message);

        // The second file is examined like the first one.
        folder.Write("train.bin", Bytes(TokenType.Uint16, Few));
        Assert.NotEmpty(Refusal());
    }

    [Fact]
    public void An_explicit_option_takes_precedence()
    {
        var stray = With(Few, 1234, 60000);
        Put(Bytes(TokenType.Uint16, stray));
        using (var corpus = Equal(stray, TokenType.Uint16, new(Vocabulary: 60001)))
        {
            Assert.Equal(new IdTokenizer(60001), corpus.Tokenizer);
        }

        var noise = Noise.Chunk(2).Select(static pair => (long)BitConverter.ToUInt16(pair)).ToArray();
        Put(Noise);
        Equal(noise, TokenType.Uint16, new(TokenType.Uint16)).Dispose();

        long[] signature = [0x8B1F, 8, .. Few];
        Put(Bytes(TokenType.Uint16, signature));
        Assert.Contains("is a gzip archive", Refusal());
        Equal(signature, TokenType.Uint16, new(TokenType.Uint16, 40000)).Dispose();
        Assert.Contains("not a multiple of 8", Refusal(new(TokenType.Int64)));
    }

    [Fact]
    public void Both_files_are_written_alike()
    {
        Put(Bytes(TokenType.Uint16, Few));
        folder.Write("val.bin", Bytes(TokenType.Uint32, Few));
        Assert.Contains($"has 16-bit ids and {folder["val.bin"]} 32-bit ids: write both with the same type", Refusal());

        // If one file is too short to tell, the other one decides.
        folder.Write("train.bin", Bytes(TokenType.Uint32, Few));
        folder.Write("val.bin", Bytes(TokenType.Uint32, [5, 6, 7]));
        using var corpus = Equal(Few, TokenType.Uint32);
        Assert.Equal(3, corpus.Validation.Length);
    }

    [Theory]
    [InlineData(128, "byte")]
    [InlineData(50304, "token")]
    public void A_vocabulary_can_be_padded(int vocabulary, string unit)
    {
        Put(Bytes(TokenType.Uint16, [.. Few.Select(static id => id % 100)]));
        using var corpus = Open(new(Vocabulary: vocabulary));
        Assert.Equal((vocabulary, unit), (corpus.Tokenizer.Size, corpus.Tokenizer.Unit));
        Assert.Contains("has the id 99 at position ", Refusal(new(Vocabulary: 99)));
        Assert.Contains("--vocabulary 99 has the ids 0 to 98: use a vocabulary of 100 or more", Refusal(new(Vocabulary: 99)));
    }

    [Fact]
    public void Byte_pairs_can_be_padded_and_are_read_back()
    {
        var pairs = BytePairLearner.Learn(SmallText.Sentences, 270);
        BytePairFiles.Write(folder.Path, pairs);
        Put(Bytes(TokenType.Uint16, [.. pairs.Encode(SmallText.Sentences).Select(static id => (long)id)]));
        var choice = new TokenizerChoice(TokenizerKind.Bpe, folder.Path, 270) { Ids = new(Vocabulary: 288) };
        using var corpus = Corpus.Open(folder.Path, string.Empty, choice);
        Assert.Equal(288, corpus.Tokenizer.Size);
        BytePairFiles.Write(folder.Path, Assert.IsType<BytePairTokenizer>(corpus.Tokenizer));
        Assert.Equal(288, BytePairFiles.Read(folder.Path).Size);
        Assert.Contains("--vocabulary is 287, but there are 288 byte pairs", Assert.Throws<UserException>(() =>
            Corpus.Open(folder.Path, string.Empty, choice with { Ids = new(Vocabulary: 287) })).Message);
    }

    [Fact]
    public void A_file_that_changes_while_it_is_trained_on_is_noticed()
    {
        Put(Bytes(TokenType.Uint16, Few));
        using var corpus = Open();
        File.WriteAllBytes(folder["train.bin"], Bytes(TokenType.Uint16, With(Few, 20, 200)));
        var window = new long[16];
        corpus.Train.Read(0, window);
        Assert.Contains(
            $"has the id 200 at position 20, and the model's vocabulary is the ids 0 to 199: the file is damaged, or has changed",
            Assert.Throws<UserException>(() => corpus.Train.Read(10, window)).Message);
        File.WriteAllBytes(folder["train.bin"], []);
        Assert.Contains("became shorter", Assert.Throws<UserException>(() => corpus.Train.Read(10, window)).Message);
    }

    [Fact]
    public void A_folder_with_other_names_says_which_it_has()
    {
        folder.Write("shakespeare_train.bin", Bytes(TokenType.Uint16, Few));
        Assert.Contains(
            "a data folder needs train.bin and val.bin, or .txt files; it has shakespeare_train.bin: rename them", Refusal());
    }

    [Fact]
    public void The_ids_of_every_type_train_to_the_expected_loss()
    {
        // Uniform ids have ln 200 = 5.3 nats. A much lower loss would come from padding.
        foreach (var type in new[] { TokenType.Uint32, TokenType.Int64, TokenType.Uint16Be })
        {
            Put(Bytes(type, Few));
            var (code, output, error) = CommandLine.Run(
            [
                "train", .. SmallText.Sizes, "--steps", "20", "--batch", "4", "--sample-length", "0", "--threads", "1",
                "--data", folder.Path, "--out", folder[$"run{type}"],
            ]);
            Assert.Equal((0, string.Empty), (code, error));
            Assert.Contains(
                $"({type.Words()}, read as bytes of text): 2000 bytes to train on, 2000 to validate, 200 different", output);
            var losses = File.ReadLines(Path.Combine(folder[$"run{type}"], "metrics.csv"))
                .Skip(2)
                .Select(static line => line.Split(',')[1]);
            Assert.All(
                losses,
                static loss => Assert.InRange(double.Parse(loss, System.Globalization.CultureInfo.InvariantCulture), 5.0, 6.0));
        }
    }

    [Theory]
    [InlineData("--token-type uint32", "--token-type uint32 is for files of token ids, but the data are text: leave it out")]
    [InlineData("--token-type float", "--token-type is 'float': it must be uint8, int8, uint16")]
    [InlineData("--vocabulary 0", "--vocabulary is '0': it must be a whole number from 1")]
    public void Options_without_a_meaning_are_refused(string options, string expected)
    {
        var data = folder.Write("text.txt", SmallText.Sentences);
        var (code, output, error) = CommandLine.Run(["train", .. options.Split(' '), "--data", data]);
        Assert.Equal((2, string.Empty), (code, output));
        Assert.Contains(expected, error);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static byte[] Noise { get; } = NoiseOf(4096);

    private static byte[] NoiseOf(int length)
    {
        var bytes = new byte[length];
        new Random(5).NextBytes(bytes);
        return bytes;
    }

    private static long[] Ids(int count, Func<Random, long> next)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(_ => next(random))];
    }

    private static long[] With(long[] ids, int at, long id) => [.. ids[..at], id, .. ids[(at + 1)..]];

    private static byte[] Bytes(TokenType type, long[] ids)
    {
        var (size, number) = (type.Bytes(), new byte[8]);
        return
        [
            .. ids.SelectMany(id =>
            {
                BinaryPrimitives.WriteInt64LittleEndian(number, id);
                return type.IsBigEndian() ? number[..size].Reverse() : number[..size];
            }),
        ];
    }

    private static byte[] Header(params int[] values) =>
        [.. values.Concat(Enumerable.Repeat(0, 256 - values.Length)).SelectMany(static value => BitConverter.GetBytes(value))];

    private static byte[] Numpy(string header, byte[] data)
    {
        var padded = header.PadRight(117) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)padded.Length, 0, .. Encoding.ASCII.GetBytes(padded), .. data];
    }

    private static byte[] Megatron(byte code, params int[] lengths) =>
    [
        .. "MMIDIDX\0\0"u8, .. BitConverter.GetBytes(1L), code, .. BitConverter.GetBytes((long)lengths.Length),
        .. BitConverter.GetBytes(lengths.Length + 1L),
        .. lengths.SelectMany(static length => BitConverter.GetBytes(length)),
        .. new byte[(8 * lengths.Length) + (8 * (lengths.Length + 1))],
    ];

    private void Put(byte[] content)
    {
        folder.Write("train.bin", content);
        folder.Write("val.bin", content);
    }

    private Corpus Open(TokenIdChoice? ids = null) =>
        Corpus.Open(folder.Path, string.Empty, TokenizerChoice.Default with { Ids = ids ?? new() });

    private string Refusal(TokenIdChoice? ids = null) => Assert.Throws<UserException>(() => Open(ids).Dispose()).Message;

    private Corpus Equal(long[] ids, TokenType type, TokenIdChoice? choice = null)
    {
        var corpus = Open(choice);
        var read = new long[corpus.Train.Length];
        corpus.Train.Read(0, read);
        Assert.Equal(ids, read);
        Assert.Equal(choice?.Vocabulary ?? ids.Max() + 1, corpus.Tokenizer.Size);
        Assert.Contains(type.IsLike(TokenType.Uint16) ? string.Empty : type.Words(), corpus.Name);
        return corpus;
    }
}
