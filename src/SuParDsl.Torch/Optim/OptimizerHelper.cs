using TorchSharp.Utils;

namespace TorchSharp.Modules;

/// <summary>An optimizer written in C#: options per group, state per parameter.</summary>
public abstract class OptimizerHelper : torch.optim.Optimizer
{
    protected OptimizerOptions _defaults = new();
    protected OrderedDict<IntPtr, OptimizerState> _state = new();

    public virtual StateDictionary state_dict()
    {
        var dictionary = new StateDictionary();
        foreach (var group in _parameter_groups)
        {
            dictionary.Options.Add(group.Options);
            var places = new List<int>();
            dictionary.StateIndexRef.Add(places);
            foreach (var parameter in group.Parameters)
            {
                places.Add(dictionary.State.Count);
                dictionary.State.Add(_state[parameter.Handle]);
            }
        }
        return dictionary;
    }

    public virtual void load_state_dict(StateDictionary state_dict)
    {
        var own = this.state_dict();
        if (state_dict.Options.Count != own.Options.Count)
            throw new ArgumentException("Invalid optimizer state -- different number of parameter groups.");
        if (state_dict.State.Count != own.State.Count) throw new ArgumentException("Invalid optimizer state -- different number of states.");
        for (int k = 0; k < own.Options.Count; k++)
            if (own.Options[k] != state_dict.Options[k]) own.Options[k].LoadStateDict(state_dict.Options[k]);
        for (int k = 0; k < own.State.Count; k++)
            if (own.State[k] != state_dict.State[k]) own.State[k].LoadStateDict(state_dict.State[k]);
    }

    public void save_state_dict(string location)
    {
        using var writer = new BinaryWriter(File.Create(location));
        save_state_dict(writer);
    }

    /// <summary>Writes the optimizer's kind, so that no other loads it; then options and states.</summary>
    public void save_state_dict(BinaryWriter writer)
    {
        var own = state_dict();
        writer.Write(GetType().Name);
        writer.Encode(own.Options.Count);
        writer.Encode(own.State.Count);
        own.Options.ForEach(options => options.SaveStateDict(writer));
        own.State.ForEach(state => state.SaveStateDict(writer));
    }

    public void load_state_dict(string location)
    {
        using var reader = new BinaryReader(File.OpenRead(location));
        load_state_dict(reader);
    }

    public void load_state_dict(BinaryReader reader)
    {
        string kind = reader.ReadString();
        if (kind != GetType().Name)
            throw new InvalidDataException($"Mismatched optimizer type: expected '{GetType().Name}', but found '{kind}' in the loaded stream.");
        var own = state_dict();
        if (reader.Decode() != own.Options.Count) throw new ArgumentException("Invalid optimizer state -- different number of parameter groups.");
        if (reader.Decode() != own.State.Count) throw new ArgumentException("Invalid optimizer state -- different number of states.");
        own.Options.ForEach(options => options.LoadStateDict(reader));
        own.State.ForEach(state => state.LoadStateDict(reader));
    }

    public void to(torch.Device device)
    {
        foreach (var (_, state) in _state) state.to(device);
    }

    protected torch.Tensor? _step<T>(Action<T> body, Func<torch.Tensor>? loss_closure = null) where T : ParamGroup
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        torch.Tensor? loss = null;
        if (loss_closure is not null)
        {
            using var recording = torch.enable_grad();
            loss = loss_closure();
        }
        using var mode = torch.no_grad();
        foreach (var group in _parameter_groups)
        {
            using var scope = torch.NewDisposeScope();
            body((T)group);
        }
        return loss;
    }

    internal void Enter<TState>(ParamGroup group, Func<Parameter, TState> make) where TState : OptimizerState
    {
        // As they are now: a module's own listing would leave out what is disposed of later, unseen.
        group.Parameters = group.Parameters.ToList();
        group.Options.InitialLearningRate = group.Options.LearningRate!.Value;
        _parameter_groups.Add(group);
        foreach (var parameter in group.Parameters)
        {
            var state = make(parameter);
            _state[parameter.Handle] = state;
            state.Initialize(group.Options);
        }
    }
}
