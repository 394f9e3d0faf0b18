using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace SuParDsl.Distributed;

/// <summary>
/// Reports, during a backward pass, which layers' gradients are final. A mark is a graph node that a layer's input passes
/// through. Autograd runs nodes in the reverse order of their creation, so every node of the
/// layer's forward pass has run before the mark.
/// </summary>
internal sealed class BackwardHooks : IDisposable
{
    private readonly List<Action> removers = [];
    private readonly Dictionary<nn.Module, int> open = new(ReferenceEqualityComparer.Instance);
    private bool isArmed;
    private ExceptionDispatchInfo? failure;

    /// <param name="modules">The layers to mark.</param>
    /// <param name="done">The callback that is invoked with a layer when its backward pass is complete.</param>
    public BackwardHooks(IEnumerable<nn.Module<Tensor, Tensor>> modules, Action<nn.Module> done)
    {
        foreach (var module in modules)
        {
            removers.Add(module.register_forward_pre_hook((_, input) => isArmed ? Pass(module, input, done) : input).remove);
        }
    }

    /// <summary>
    /// Starts marking: the layers of the following forward pass are marked until <see cref="Disarm"/> is called.
    /// </summary>
    public void Arm()
    {
        isArmed = true;
        failure = null;
        open.Clear();
    }

    /// <summary>Ends the backward pass. Rethrows the first exception that the callback has thrown during the pass.</summary>
    public void Disarm()
    {
        isArmed = false;
        failure?.Throw();
    }

    /// <summary>Whether a layer's backward pass was reported as complete.</summary>
    public bool IsDone(nn.Module module) => open.TryGetValue(module, out var calls) && calls == 0;

    public void Dispose() => removers.ForEach(static remove => remove());

    private Tensor Pass(nn.Module module, Tensor input, Action<nn.Module> done)
    {
        // Count calls: a layer that is called twice is complete after both, and is never reported if one call leaves no mark.
        open[module] = open.GetValueOrDefault(module) + 1;
        return input.requires_grad ? Mark.Apply(() => Reach(module, done), input) : input;
    }

    // On a GPU, this runs on a libtorch thread that exceptions must not leave, so the first
    // one is kept until the end of the pass.
    private void Reach(nn.Module module, Action<nn.Module> done)
    {
        try
        {
            if (failure is null && --open[module] == 0)
            {
                done(module);
            }
        }
        catch (Exception e)
        {
            failure = ExceptionDispatchInfo.Capture(e);
        }
    }

    private sealed class Mark : GuardedFunction<Mark>
    {
        private const string Reached = "reached";

        public override string Name => nameof(BackwardHooks);

        protected override Tensor Evaluate(autograd.AutogradContext context, ReadOnlySpan<object?> arguments)
        {
            context.save_data(Reached, arguments[0]);
            return ((Tensor)arguments[1]!).alias();
        }

        protected override List<Tensor?> Differentiate(autograd.AutogradContext context, Tensor gradient)
        {
            ((Action)context.get_data(Reached)!)();
            return [null, gradient];
        }
    }
}
