namespace TorchSharp.Modules;

/// <summary>A module with nothing to train or move.</summary>
public abstract class ParameterLessModule<T1, TResult> : torch.nn.Module<T1, TResult>
{
    protected ParameterLessModule(string name) : base(name) { }

    public override void register_buffer(string name, torch.Tensor tensor, bool persistent = true) =>
        throw new InvalidOperationException($"Cannot register buffers in a parameter-less module: {name}");

    public override void register_parameter(string name, Parameter param) =>
        throw new InvalidOperationException($"Cannot register parameters in a parameter-less module: {name}");

    public override void register_module(string name, torch.nn.Module submodule) =>
        throw new InvalidOperationException($"Cannot register sub-modules in a parameter-less module: {name}");
}
