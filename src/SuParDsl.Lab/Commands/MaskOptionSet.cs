using System.CommandLine;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Training;
using SuParDsl.Sparsity;

namespace SuParDsl.Lab.Commands;

/// <summary>The options of <see cref="MaskOptions"/>.</summary>
internal sealed class MaskOptionSet(MaskOptions defaults)
{
    private readonly Option<SparsityMethod?> method = OptionFactory.ChoiceOrNone<SparsityMethod>(
        "--method", "how masks change during training; by default, as the model's attributes say");
    private readonly Option<int> interval = OptionFactory.Integer(
        "--mask-every", "steps between two mask updates", defaults.Interval, 1);
    private readonly Option<int> start = OptionFactory.Integer(
        "--mask-start", "step at which mask updates begin", defaults.Start, 0);
    private readonly Option<int> stop = OptionFactory.Integer(
        "--mask-stop", "step at which mask updates end; 0 for three quarters of the run, or of --schedule-steps",
        defaults.Stop, 0);
    private readonly Option<MaskUpdates> updates = OptionFactory.Choice(
        "--mask-updates",
        "which steps update masks: every interval after the start and the stop, the same without the stop, or the start as well",
        defaults.Updates);
    private readonly Option<double> fraction = OptionFactory.Real(
        "--drop", "initial fraction of kept weights that set and rigl drop and regrow in an update",
        defaults.DropFraction, "in (0, 1)", static x => x is > 0 and < 1);
    private readonly Option<Ramp> drop = OptionFactory.Ramp("--drop-ramp", "how the fraction of --drop falls", defaults.Drop);
    private readonly Option<bool> dropFromZero = OptionFactory.Switch(
        "--drop-from-zero", "count the steps of --drop-ramp from 0 instead of --mask-start, as google-research/rigl does");
    private readonly Option<bool> dropBySign = OptionFactory.Switch(
        "--drop-by-sign", "have set drop the fraction of the positive and of the negative weights separately");
    private readonly Option<Ramp> prune = OptionFactory.Ramp("--prune-ramp", "how the density falls under gmp", defaults.Prune);
    private readonly Option<bool> global = OptionFactory.Switch("--prune-global",
        "have gmp rank the weights of all tensors together");
    private readonly Option<bool> normalize = OptionFactory.Switch(
        "--prune-normalize", "have --prune-global divide each tensor's weights by their norm first");

    /// <summary>All options of the set.</summary>
    public IEnumerable<Option> All =>
        [method, interval, start, stop, updates, fraction, drop, dropFromZero, dropBySign, prune, global, normalize];

    /// <summary>Reads the values from a command line.</summary>
    public MaskOptions Read(ParseResult result) => new()
    {
        Method = result.GetValue(method),
        Interval = result.GetValue(interval),
        Start = result.GetValue(start),
        Stop = result.GetValue(stop),
        Updates = result.GetValue(updates),
        DropFraction = result.GetValue(fraction),
        Drop = result.GetValue(drop)!,
        DropFromZero = result.GetValue(dropFromZero),
        DropBySign = result.GetValue(dropBySign),
        Prune = result.GetValue(prune)!,
        Global = result.GetValue(global),
        Normalize = result.GetValue(normalize),
    };
}
