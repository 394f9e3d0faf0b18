namespace SuParDsl.Tests.Sparsity.Peers;

/// <summary>Numbers of other implementations of masks, each with the commit and file that gave it and how it was obtained.</summary>
internal static class PeerMasks
{
    /// <summary>
    /// nollied/rigl-torch 34d19e4, rigl_torch/RigL.py: its <c>_rigl_step</c> run under PyTorch 1.13 on a 16×16 layer (alpha 0.3, step 0) with the
    /// weights, gradients and mask of <see cref="PeerNumbers"/>. Live weights, how many of the new mask were masked before, and the new mask's
    /// bits.
    /// </summary>
    public static (int Live, int New, ulong[] Words)[] RigL { get; } =
    [
        (64, 18, [0x2500099b4401400, 0x610f81000b000850, 0xa20800000060b49b, 0x7281242230a111b0]),
        (128, 30, [0xead949904ceb247f, 0xd8d6df486aeb3a07, 0xda04049b245b5528, 0xf740ce663c687f1e]),
        (179, 32, [0xcf2dafcbd7de52dd, 0x5f76bd1772bfbfff, 0xbebfcfae98eff7f4, 0xbd7fef9ed1cea9eb]),
        (192, 30, [0x5f7effffef69f26a, 0xbf9b73dc7f3ff7b6, 0xeddfefad7fdf3a9d, 0xde9bfb9fb6dffadf]),
        (230, 18, [0x777bfdffffffdbcf, 0xf77fff6ffbff7fbf, 0x57fdfffffffffffd, 0xfffbffff4ffffeff]),
        (243, 9, [0xfffffbfffffff7fe, 0x6fffffffffffdfff, 0xffff7fffffffdf3b, 0xfffffffffffff7fd]),
        (255, 1, [0xffffffffffffffff, 0xffffffffffffffff, 0xffdfffffffffffff, 0xffffffffffffffff]),
        (256, 0, [0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff]),
    ];

    /// <summary>
    /// google-research/rigl d39fc7d, rigl/sparse_optimizers_test.py (testMaskNonUpdateIterations and the parameters of testNoDrop), by
    /// <c>is_mask_update_iter</c> of rigl/sparse_optimizers_base.py: begin, end and frequency, and the steps with an update. At begin 0 it also
    /// has one at step 0, before the first gradient step, which steps counted from 1 do not have.
    /// </summary>
    public static (int Begin, int End, int Every, int[] Steps)[] RigLUpdates { get; } =
        [(1, 4, 2, [1, 3]), (3, 7, 2, [3, 5, 7]), (1, 5, 3, [1, 4]), (0, 4, 1, [1, 2, 3, 4])];

    /// <summary>
    /// nollied/rigl-torch 34d19e4, RigL.py, <c>__call__</c>, and algorithm 1 of arXiv 1911.11134 (<c>t mod ΔT == 0 and t &lt; T_end</c>): the
    /// steps with an update.
    /// </summary>
    public static (int End, int Every, int[] Steps)[] AlgorithmUpdates { get; } = [(11, 3, [3, 6, 9]), (9, 3, [3, 6])];

    /// <summary>
    /// google-research/rigl d39fc7d, rigl/sparse_optimizers_base.py, <c>get_drop_fraction</c> with cosine annealing, by its formula: TensorFlow's
    /// cosine_decay over end − begin steps of the global step. Begin 1000, end 11000, fraction 0.3.
    /// </summary>
    public static (int Step, double Fraction)[] RigLCosine { get; } = [(1000, 0.292658), (2000, 0.271353), (6000, 0.103647), (10000, 0.0)];

    /// <summary>
    /// google-research/rigl d39fc7d, rigl/sparse_utils.py: <c>get_sparsities_erdos_renyi</c> with kernels, run over the 54 layers of ResNet-50.
    /// The density asked, those of the first convolution, the second of the first block, the first shortcut of the second stage, the second of
    /// the last block and the classifier, and how many layers are full. Zeros are rounded down there, so densities differ from the formula's by
    /// up to 4e-5 of themselves.
    /// </summary>
    public static (double Density, double[] Layers, int Full)[] ResNet50 { get; } =
    [
        (0.2, [0.8571954716510548, 0.3619049297107013, 0.5848883308990578, 0.04346572733232534, 0.14817576166901425], 8),
        (0.1, [0.42003778360801114, 0.17733848297133503, 0.28660347177969947, 0.021298815002387506, 0.07260819798312923], 1),
        (0.05, [0.20983654327348944, 0.08859225457392828, 0.14317731441168913, 0.010640161172008611, 0.03627257802197015], 0),
        (0.035, [0.14688725875472797, 0.062015286843077666, 0.10022526535040299, 0.007448197930080447, 0.02539109475640755], 0),
    ];

    /// <summary>
    /// google-research/rigl d39fc7d, README.md, its first table: sparsities under ERK and the FLOPs of inference over the dense model's, to two
    /// places.
    /// </summary>
    public static (double Density, double Flops)[] ResNet50Flops { get; } = [(0.2, 0.42), (0.1, 0.24), (0.05, 0.12), (0.035, 0.09)];

    /// <summary>google-research/jaxpruner f133ee5, jaxpruner/mask_calculator_test.py: SCORE_1, of shape 2×4×4, and MASK_N2_M4_1, asserted there.</summary>
    public static (float[] Scores, byte[] Mask) TwoFour { get; } = (
        [
            0.69f, 0.37f, 0.96f, 0.81f, 0.79f, 0.55f, 0.88f, 0.53f, 0.66f, 0.88f, 0.4f, 0.83f, 0.13f, 0.8f, 0.91f, 0.96f,
            0.34f, 0.17f, 0.07f, 0.74f, 0.13f, 0.13f, 0.83f, 0.76f, 0.13f, 0.92f, 0.25f, 0.75f, 0.37f, 0.42f, 0.65f, 0.46f,
        ],
        [0, 0, 1, 1, 1, 0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1]);

    /// <summary>
    /// google-research/jaxpruner f133ee5, jaxpruner/algorithms/global_pruners.py, with its default normalization, at density 0.5. The first pair
    /// is asserted in global_pruners_test.py, on the scores as they stand there; the second is by the formula of <c>create_masks</c>.
    /// </summary>
    public static (float[] First, float[] Second, byte[] FirstMask, byte[] SecondMask)[] Normalized { get; } =
    [
        ([0.1f, 0.9f, -0.2f, 0.5f], [0.7f, 0.8f], [0, 1, 0, 0], [1, 1]),
        ([0.1f, 0.2f, 0.3f, 0.4f], [0.01f, 0.02f], [0, 0, 1, 1], [0, 1]),
    ];

    /// <summary>
    /// SET by its paper, arXiv 1707.04780, algorithm 1: the fraction of the smallest positive and of the largest negative weights. Weights, ζ and
    /// which of them are dropped. The authors' code (dcmocanu/sparse-evolutionary-artificial-neural-networks 62ac974, set_mlp_keras_cifar10.py,
    /// <c>rewireMask</c>, run) drops one positive weight more, 0.3 here: its threshold is the next weight, and falls with the others.
    /// </summary>
    public static (float[] Weights, double Fraction, int[] Dropped) Set { get; } =
        ([0.1f, 0.2f, 0.3f, 0.4f, 0.5f, -1, -2, -3, -4, -5], 0.4, [0, 1, 5, 6]);
}
