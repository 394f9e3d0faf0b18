using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// Tells, during a backward pass, which layers' gradients are final. A mark is a node in the graph that a layer's input passes
/// through. The engine runs nodes from the last made to the first, so that every node of the layer's forward pass has run when
/// the mark does.
/// </summary>
internal sealed class BackwardHooks : IDisposable
{
    private readonly List<Action> removers = [];
    private readonly Dictionary<nn.Module, int> open = new(ReferenceEqualityComparer.Instance);
    private bool isArmed;
    private ExceptionDispatchInfo? failure;

    /// <param name="modules">The layers to mark.</param>
    /// <param name="done">Is told of a layer when its backward pass is over.</param>
    public BackwardHooks(IEnumerable<nn.Module<Tensor, Tensor>> modules, Action<nn.Module> done)
    {
        foreach (var module in modules)
        {
            removers.Add(module.register_forward_pre_hook((_, input) => isArmed ? Pass(module, input, done) : input).remove);
        }
    }

    /// <summary>Marks the next forward pass, and no other.</summary>
    public void Arm()
    {
        isArmed = true;
        failure = null;
        open.Clear();
    }

    /// <summary>The backward pass is over. Throws what being told of a layer has thrown during it.</summary>
    public void Disarm()
    {
        isArmed = false;
        failure?.Throw();
    }

    /// <summary>Whether a layer's backward pass has been over before all of it was.</summary>
    public bool IsDone(nn.Module module) => open.TryGetValue(module, out var calls) && calls == 0;

    public void Dispose() => removers.ForEach(static remove => remove());

    private Tensor Pass(nn.Module module, Tensor input, Action<nn.Module> done)
    {
        // Each call counts: a layer that is called twice is done after both, and never before the end if one leaves no mark.
        open[module] = open.GetValueOrDefault(module) + 1;
        return input.requires_grad ? Mark.Apply(() => Reach(module, done), input) : input;
    }

    // On a GPU this is a thread of libtorch's, which no exception may leave: the first one waits for the end of the pass.
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
