using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// Tells, during a backward pass, which layers' gradients are final. A mark is a node in the graph that a layer's input passes
/// through. The engine runs nodes from the last made to the first, so that every node of the layer's forward pass has run when
/// the mark does.
/// </summary>
internal sealed class BackwardMarks : IDisposable
{
    private readonly List<Action> removers = [];
    private readonly Dictionary<nn.Module, int> open = new(ReferenceEqualityComparer.Instance);
    private bool isArmed;

    /// <param name="modules">The layers to mark.</param>
    /// <param name="done">Is told of a layer when its backward pass is over.</param>
    public BackwardMarks(IEnumerable<nn.Module<Tensor, Tensor>> modules, Action<nn.Module> done)
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
        open.Clear();
    }

    /// <summary>The backward pass is over.</summary>
    public void Disarm() => isArmed = false;

    /// <summary>Whether a layer's backward pass has been over before all of it was.</summary>
    public bool IsDone(nn.Module module) => open.TryGetValue(module, out var calls) && calls == 0;

    public void Dispose() => removers.ForEach(static remove => remove());

    private Tensor Pass(nn.Module module, Tensor input, Action<nn.Module> done)
    {
        // Each call counts: a layer that is called twice is done after both, and never before the end if one leaves no mark.
        open[module] = open.GetValueOrDefault(module) + 1;
        return !input.requires_grad ? input : Mark.apply(
            () =>
            {
                if (--open[module] == 0)
                {
                    done(module);
                }
            },
            input);
    }

    private sealed class Mark : autograd.SingleTensorFunction<Mark>
    {
        private const string Reached = "reached";

        public override string Name => nameof(BackwardMarks);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_data(Reached, vars[0]);
            return ((Tensor)vars[1]).alias();
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            ((Action)ctx.get_data(Reached)!)();
            return [null!, grad_output];
        }
    }
}
