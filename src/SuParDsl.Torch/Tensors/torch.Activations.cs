using TorchSharp.Native;

namespace TorchSharp;

// The usual activation functions. The functions are the tensors' methods of the same names.
public static partial class torch
{
    public static Tensor sigmoid(Tensor input) => input.sigmoid();
    public static Tensor sigmoid_(Tensor input) => input.sigmoid_();
    public static Tensor softmax(Tensor input, int dim, ScalarType? dtype = null) => Aten.softmax_int.Call(input, dim, dtype);
    public static Tensor tanh(Tensor input) => input.tanh();
    public static Tensor tanh_(Tensor input) => input.tanh_();
}
