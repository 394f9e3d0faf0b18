using System.CommandLine;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Commands;

/// <summary>The options of <see cref="MaskOptions"/>.</summary>
internal sealed class MaskOptionSet(MaskOptions defaults)
{
    private readonly Option<SparsityMethod?> method = OptionFactory.ChoiceOrNone<SparsityMethod>(
        "--method", "how masks move; without it as the model's attributes say");
    private readonly Option<int> interval = OptionFactory.Integer("--mask-every", "steps between two updates of masks", defaults.Interval, 1);
    private readonly Option<int> start = OptionFactory.Integer("--mask-start", "step after which masks begin to move", defaults.Start, 0);
    private readonly Option<int> stop = OptionFactory.Integer(
        "--mask-stop", "last step at which masks may move; 0 for three quarters of the run", defaults.Stop, 0);
    private readonly Option<double> fraction = OptionFactory.Real(
        "--drop", "share of kept weights that set and rigl drop and regrow at first",
        defaults.DropFraction, "in (0, 1)", static x => x is > 0 and < 1);
    private readonly Option<Ramp> drop = OptionFactory.Ramp("--drop-ramp", "how that share falls", defaults.Drop);
    private readonly Option<Ramp> prune = OptionFactory.Ramp("--prune-ramp", "how the density falls under gmp", defaults.Prune);
    private readonly Option<bool> global = OptionFactory.Switch("--prune-global", "have gmp rank the weights of all tensors together");

    /// <summary>Its options.</summary>
    public IEnumerable<Option> All => [method, interval, start, stop, fraction, drop, prune, global];

    /// <summary>What a command line asks for.</summary>
    public MaskOptions Read(ParseResult result) => new()
    {
        Method = result.GetValue(method),
        Interval = result.GetValue(interval),
        Start = result.GetValue(start),
        Stop = result.GetValue(stop),
        DropFraction = result.GetValue(fraction),
        Drop = result.GetValue(drop)!,
        Prune = result.GetValue(prune)!,
        Global = result.GetValue(global),
    };
}
