namespace TorchSharp.Modules;

/// <summary>What an optimizer remembers of a parameter.</summary>
public abstract class OptimizerState
{
    protected Parameter _parameter;

    protected OptimizerState(Parameter parameter) => _parameter = parameter;

    public abstract void Initialize(OptimizerOptions options);

    public abstract void LoadStateDict(OptimizerState source);

    public virtual bool ApproximatelyEquals(OptimizerState other) => false;

    public virtual void to(torch.Device device) { }

    private protected static torch.Tensor Zeros(Parameter parameter) => torch.zeros_like(parameter).DetachFromDisposeScope();

    private protected torch.Tensor? Copy(torch.Tensor? source) => source?.to(_parameter.device, copy: true).DetachFromDisposeScope();

    /// <summary>Replaces a state tensor, which belongs to no scope.</summary>
    private protected static void Move(ref torch.Tensor? tensor, torch.Device device)
    {
        if (tensor is null) return;
        var moved = tensor.to(device);
        tensor.Dispose();
        tensor = moved.DetachFromDisposeScope();
    }
}
