using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>A layer that sends positions to some of its blocks.</summary>
internal interface IRoutedLayer
{
    /// <summary>
    /// Whether all blocks compute all positions. Without dropout the output is the same up to rounding. The outputs of single
    /// blocks then have the same positions whenever the layer runs, so that measurements can compare them.
    /// </summary>
    bool RunsAll { get; set; }

    /// <summary>Whether there is a loss that <see cref="TakeLoss"/> has not returned.</summary>
    bool HasLoss { get; }

    /// <summary>The sum of the losses of all calls since the last time; null if there is none.</summary>
    Tensor? TakeLoss();

    /// <summary>Drops the losses of all calls since the last time.</summary>
    void DropLoss();
}
