using CsCheck;
using SuParDsl.Kernels;
using SuParDsl.Sparsity;

namespace SuParDsl.Tests.Kernels;

/// <summary>Compares the kernels of every vector width with plain loops.</summary>
public unsafe class SparseKernelsTests
{
    public static TheoryData<int> Widths => [512, 256, 128, 32];

    /// <summary>Draws a chain with its sizes from inputs to outputs, the density of each layer, and a batch.</summary>
    private static readonly
        Gen<(int[] Sizes, double[] Densities, int Batch, bool HasBias, Nonlinearity Function, int Seed)> Chains = Gen.Select(
            Gen.Int[1, 70].Array[2, 4],
            Gen.OneOf(Gen.Const(0.0), Gen.Const(0.02), Gen.Const(0.1), Gen.Const(0.5), Gen.Const(1.0)).Array[3],
            Gen.Int[1, 200], Gen.Bool, Gen.Enum<Nonlinearity>(), Gen.Int[0, 1000]);

    [Theory]
    [MemberData(nameof(Widths))]
    public void Chains_equal_plain_loops(int bits) => Property.Holds(
        Chains, chain =>
        {
            var random = new Random(chain.Seed);
            var masks = chain.Sizes.Zip(chain.Sizes.Skip(1), chain.Densities)
                .Select(layer => Random(random, layer.Second, layer.First, layer.Third));
            Check(bits, chain.Batch, [.. masks], chain.HasBias, chain.Function, random);
        }, cases: 40);

    [Theory]
    [MemberData(nameof(Widths))]
    public void Empty_rows_empty_masks_and_full_ones_are_right(int bits)
    {
        var random = new Random(3);
        Check(bits, 70, [Random(random, 20, 30, 0)], hasBias: true, Nonlinearity.None, random);
        Check(bits, 70, [Random(random, 20, 30, 1)], hasBias: true, Nonlinearity.None, random);
        var rows = new byte[20 * 30];
        rows.AsSpan(5 * 30, 30).Fill(1);
        Check(bits, 70, [WeightMask.FromBytes([20, 30], rows)], hasBias: false, Nonlinearity.None, random);
        var columns = new byte[20 * 30];
        columns[29] = columns[19 * 30] = 1;
        Check(
            bits, 70, [WeightMask.FromBytes([20, 30], columns), Random(random, 1, 20, 0.1)], hasBias: false,
            Nonlinearity.Gelu, random);
    }

    [Fact]
    public void An_empty_batch_gives_zero_gradients() =>
        Check(512, 0, [Random(new(4), 10, 10, 0.5)], hasBias: true, Nonlinearity.None, new(4));

    /// <summary>Small batches without a backward pass are computed vector by vector.</summary>
    [Theory]
    [MemberData(nameof(Widths))]
    public void Single_vectors_equal_plain_loops(int bits) => Property.Holds(
        Chains, chain =>
        {
            var random = new Random(chain.Seed);
            var masks = chain.Sizes.Zip(chain.Sizes.Skip(1), chain.Densities)
                .Select(layer => Random(random, 9 * layer.Second, 9 * layer.First, layer.Third));
            var problem = new Problem([.. masks], 1 + (chain.Batch % 6), chain.HasBias, chain.Function, random);
            var actual = problem.RunForward(SparseKernels.Of(bits), threads: 2);
            Assert.Equal(actual, problem.RunForward(SparseKernels.Of(bits), threads: 1));
            foreach (var (expected, number) in problem.RunPlainly().Zip(actual))
            {
                Assert.Equal(expected, number, 1e-4 * (1 + Math.Abs(expected)));
            }
        }, cases: 20);

    [Fact]
    public void The_number_of_threads_does_not_change_a_bit()
    {
        var random = new Random(5);
        var masks = new[] { Random(random, 256, 128, 0.1), Random(random, 128, 256, 0.1) };
        var problem = new Problem(masks, 700, hasBias: true, Nonlinearity.Gelu, random);

        var one = problem.Run(SparseKernels.Best, threads: 1);
        var two = problem.Run(SparseKernels.Best, threads: 2);
        var four = problem.Run(SparseKernels.Best, threads: 4);

        Assert.Equal(one, two);
        Assert.Equal(one, four);
    }

    [Fact]
    public void A_pattern_lists_every_kept_weight_by_rows_and_by_columns()
    {
        var mask = Random(new(6), 23, 71, 0.2);

        var pattern = SparsePattern.Of(mask);

        var byRow = Enumerable.Range(0, 23)
            .SelectMany(r => pattern.ColumnOf[pattern.RowStart[r]..pattern.RowStart[r + 1]].Select(c => (long)(r * 71) + c));
        Assert.Equal(Enumerable.Range(0, 23 * 71).Where(i => mask[i]).Select(static i => (long)i), byRow);
        for (var column = 0; column < 71; column++)
        {
            for (var k = pattern.ColumnStart[column]; k < pattern.ColumnStart[column + 1]; k++)
            {
                Assert.Equal(column, pattern.ColumnOf[pattern.PositionOf[k]]);
                Assert.InRange(
                    pattern.PositionOf[k], pattern.RowStart[pattern.RowOf[k]], pattern.RowStart[pattern.RowOf[k] + 1] - 1);
            }
        }
    }

    [Fact]
    public void Too_many_weights_for_the_indices_are_refused()
    {
        Assert.Contains(
            "too large",
            Assert.Throws<ArgumentException>(() => SparsePattern.CheckCounts(1 << 20, 1 << 20, 1L << 31)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "is not that of a matrix",
            Assert.Throws<ArgumentException>(() => SparsePattern.Of(WeightMask.FromBytes([8], new byte[8]))).Message,
            StringComparison.Ordinal);
    }

    private static WeightMask Random(Random random, int rows, int columns, double density)
    {
        var bytes = new byte[rows * columns];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = random.NextDouble() < density ? (byte)1 : (byte)0;
        }

        return WeightMask.FromBytes([rows, columns], bytes);
    }

    private static void Check(int bits, int batch, WeightMask[] masks, bool hasBias, Nonlinearity function, Random random)
    {
        var problem = new Problem(masks, batch, hasBias, function, random);
        var expected = problem.RunPlainly();
        var actual = problem.Run(SparseKernels.Of(bits), threads: 2);

        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(
                Math.Abs(expected[i] - actual[i]) <= 2e-5 * (1 + Math.Abs(expected[i])),
                $"{bits} bits, batch {batch}, {string.Join(" ", masks.Select(static m => string.Join("×", m.Shape)))}, "
                + $"{function}: number {i} is {actual[i]}, not {expected[i]}");
        }
    }

    /// <summary>
    /// A chain with its inputs, run with kernels or with loops. The results are y, dx and every gradient, in this order.
    /// </summary>
    private sealed class Problem
    {
        private readonly SparsePattern[] patterns;
        private readonly float[][] values, biases;
        private readonly float[] x, dy;
        private readonly int batch;
        private readonly bool hasBias;
        private readonly Nonlinearity function;

        public Problem(WeightMask[] masks, int batch, bool hasBias, Nonlinearity function, Random random)
        {
            (this.batch, this.hasBias, this.function) = (batch, hasBias, function);
            patterns = [.. masks.Select(SparsePattern.Of)];
            float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((2 * random.NextDouble()) - 1))];
            values = [.. patterns.Select(p => Draw(p.Count))];
            biases = [.. patterns.Select(p => Draw(p.Rows))];
            x = Draw(batch * patterns[0].Columns);
            dy = Draw(batch * patterns[^1].Rows);
        }

        public float[] Run(SparseKernels kernels, int threads)
        {
            var columns = kernels.TilesOf(batch).Columns;
            var stages = new SparseStage[patterns.Length];
            for (var s = 0; s < stages.Length; s++)
            {
                stages[s] = new(patterns[s], Pin(values[s]), hasBias ? Pin(biases[s]) : null)
                {
                    After = s + 1 < stages.Length ? function : Nonlinearity.None,
                    Output = s + 1 < stages.Length ? Pin(new float[columns * patterns[s].Rows]) : null,
                    ValueGradient = Pin(Garbage(patterns[s].Count)),
                    BiasGradient = hasBias ? Pin(Garbage(patterns[s].Rows)) : null,
                };
            }

            var (px, pdy) = ((nint)Pin(x), (nint)Pin(dy));
            var (y, dx) = ((nint)Pin(Garbage(batch * patterns[^1].Rows)), (nint)Pin(Garbage(batch * patterns[0].Columns)));
            kernels.Forward(stages, (float*)px, (float*)y, batch, threads);
            kernels.Backward(stages, (float*)px, (float*)pdy, (float*)dx, batch, threads);
            List<float> results = [.. new Span<float>((float*)y, dy.Length), .. new Span<float>((float*)dx, x.Length)];
            foreach (var stage in stages)
            {
                results.AddRange(new Span<float>(stage.ValueGradient, stage.Pattern.Count));
                results.AddRange(new Span<float>(stage.BiasGradient, hasBias ? stage.Pattern.Rows : 0));
            }

            return [.. results];
        }

        /// <summary>y alone, as without gradients: nothing is kept between the layers.</summary>
        public float[] RunForward(SparseKernels kernels, int threads)
        {
            var stages = new SparseStage[patterns.Length];
            for (var s = 0; s < stages.Length; s++)
            {
                stages[s] = new(patterns[s], Pin(values[s]), hasBias ? Pin(biases[s]) : null)
                {
                    After = s + 1 < stages.Length ? function : Nonlinearity.None,
                };
            }

            var (px, y) = ((nint)Pin(x), (nint)Pin(Garbage(dy.Length)));
            kernels.Forward(stages, (float*)px, (float*)y, batch, threads);
            return [.. new Span<float>((float*)y, dy.Length)];
        }

        // Pinned arrays stand in for tensors.
        private float* Pin(float[] from)
        {
            var pinned = GC.AllocateUninitializedArray<float>(from.Length + 1, pinned: true);
            from.CopyTo(pinned, 0);
            keep.Add(pinned);
            fixed (float* pointer = pinned)
            {
                return pointer;
            }
        }

        private readonly List<float[]> keep = [];

        public float[] RunPlainly()
        {
            List<double[]> inputs = [[.. x.Select(static v => (double)v)]], outputs = [];
            for (var s = 0; s < patterns.Length; s++)
            {
                var p = patterns[s];
                var y = new double[batch * p.Rows];
                ForEach(s, (b, r, c, k) => y[(b * p.Rows) + r] += values[s][k] * inputs[s][(b * p.Columns) + c]);
                for (var i = 0; hasBias && i < y.Length; i++)
                {
                    y[i] += biases[s][i % p.Rows];
                }

                outputs.Add(y);
                inputs.Add([.. y.Select(v => s + 1 < patterns.Length ? F(v) : v)]);
            }

            double[] gradient = [.. dy.Select(static v => (double)v)];
            var gradients = new List<double>[patterns.Length];
            for (var s = patterns.Length - 1; s >= 0; s--)
            {
                var p = patterns[s];
                var (dw, db, dx) = (new double[p.Count], new double[p.Rows], new double[batch * p.Columns]);
                ForEach(s, (b, r, c, k) =>
                {
                    dw[k] += gradient[(b * p.Rows) + r] * inputs[s][(b * p.Columns) + c];
                    dx[(b * p.Columns) + c] += values[s][k] * gradient[(b * p.Rows) + r];
                });
                for (var i = 0; i < gradient.Length; i++)
                {
                    db[i % p.Rows] += gradient[i];
                }

                gradients[s] = [.. dw, .. hasBias ? db : []];
                gradient = s == 0 ? dx : [.. dx.Select((v, i) => v * Slope(outputs[s - 1][i]))];
            }

            return [.. inputs[^1].Concat(gradient).Concat(gradients.SelectMany(static g => g)).Select(static v => (float)v)];
        }

        private void ForEach(int s, Action<int, int, int, int> body)
        {
            var p = patterns[s];
            for (var b = 0; b < batch; b++)
            {
                for (var r = 0; r < p.Rows; r++)
                {
                    for (var k = p.RowStart[r]; k < p.RowStart[r + 1]; k++)
                    {
                        body(b, r, p.ColumnOf[k], k);
                    }
                }
            }
        }

        private double F(double v) => function switch
        {
            Nonlinearity.Relu => Math.Max(v, 0),
            Nonlinearity.Gelu => v * Phi(v),
            Nonlinearity.Silu => v / (1 + Math.Exp(-v)),
            _ => v,
        };

        // The derivative by finite differences, which is independent of the kernels' formulas.
        private double Slope(double v) => function == Nonlinearity.Relu ? (v > 0 ? 1 : 0) : (F(v + 1e-5) - F(v - 1e-5)) / 2e-5;

        // Φ by its power series, which converges fast where tests look.
        private static double Phi(double v)
        {
            var (sum, term) = (v, v);
            for (var n = 1; n < 100; n++)
            {
                term *= v * v / ((2 * n) + 1);
                sum += term;
            }

            return 0.5 + (sum * Math.Exp(-v * v / 2) / Math.Sqrt(2 * Math.PI));
        }

        private static float[] Garbage(int count) => [.. Enumerable.Repeat(float.NaN, count)];
    }
}
