namespace TorchSharp.Modules;

/// <summary>What an optimizer remembers of a parameter.</summary>
public abstract class OptimizerState
{
    protected Parameter _parameter;

    protected OptimizerState(Parameter parameter) => _parameter = parameter;

    public abstract void Initialize(OptimizerOptions options);

    public abstract void LoadStateDict(OptimizerState source);

    public abstract void SaveStateDict(BinaryWriter writer);

    public abstract void LoadStateDict(BinaryReader reader);

    public virtual bool ApproximatelyEquals(OptimizerState other) => false;

    public virtual void to(torch.Device device) { }

    protected static void SaveConditionalStateTensor(BinaryWriter writer, torch.Tensor? tensor)
    {
        writer.Write(tensor is not null);
        tensor?.Save(writer);
    }

    protected static void LoadConditionalStateTensor(BinaryReader reader, ref torch.Tensor? result, torch.Device device)
    {
        result?.Dispose();
        result = reader.ReadBoolean() ? TensorExtensionMethods.Load(reader).to(device, disposeAfter: true).DetachFromDisposeScope() : null;
    }

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
