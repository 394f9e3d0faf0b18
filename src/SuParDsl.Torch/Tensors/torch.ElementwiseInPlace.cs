using TorchSharp.Native;

namespace TorchSharp;

// Arithmetic element by element, into the tensor itself. The functions are the tensors' methods of the same names.
public static partial class torch
{
    public static Tensor abs_(Tensor input) => input.abs_();
    public static Tensor acos_(Tensor input) => input.acos_();
    public static Tensor add_(Tensor left, Scalar right) => left.add_(right);
    public static Tensor add_(Tensor left, Scalar right, Scalar alpha) => left.add_(right, alpha);
    public static Tensor add_(Tensor left, Tensor right) => left.add_(right);
    public static Tensor add_(Tensor left, Tensor right, Scalar alpha) => left.add_(right, alpha);
    public static Tensor addcdiv_(Tensor input, Tensor tensor1, Tensor tensor2, Scalar value) => input.addcdiv_(tensor1, tensor2, value);
    public static Tensor addcmul_(Tensor input, Tensor tensor1, Tensor tensor2, Scalar value) => input.addcmul_(tensor1, tensor2, value);
    public static Tensor asin_(Tensor input) => input.asin_();
    public static Tensor atan2_(Tensor input, Tensor other) => input.atan2_(other);
    public static Tensor atan_(Tensor input) => input.atan_();
    public static Tensor ceil_(Tensor input) => input.ceil_();
    public static Tensor clamp_(Tensor input, Scalar? min = null, Scalar? max = null) => input.clamp_(min, max);
    public static Tensor clamp_(Tensor input, Tensor? min = null, Tensor? max = null) => input.clamp_(min, max);
    public static Tensor clamp_max_(Tensor input, Scalar max) => input.clamp_max_(max);
    public static Tensor clamp_min_(Tensor input, Scalar min) => input.clamp_min_(min);
    public static Tensor cos_(Tensor input) => input.cos_();
    public static Tensor cosh_(Tensor input) => input.cosh_();
    public static Tensor div_(Tensor left, Scalar right, RoundingMode rounding_mode = RoundingMode.None) => left.div_(right, rounding_mode);
    public static Tensor div_(Tensor left, Tensor right, RoundingMode rounding_mode = RoundingMode.None) => left.div_(right, rounding_mode);
    public static Tensor erf_(Tensor input) => input.erf_();
    public static Tensor exp2_(Tensor input) => input.exp2_();
    public static Tensor exp_(Tensor input) => input.exp_();
    public static Tensor expm1_(Tensor input) => input.expm1_();
    public static Tensor floor_(Tensor input) => input.floor_();
    public static Tensor floor_divide_(Tensor input, Tensor other) => input.floor_divide_(other);
    public static Tensor fmod_(Tensor left, Scalar right) => left.fmod_(right);
    public static Tensor fmod_(Tensor left, Tensor right) => left.fmod_(right);
    public static Tensor heaviside_(Tensor input, Tensor values) => input.heaviside_(values);
    public static Tensor log10_(Tensor input) => input.log10_();
    public static Tensor log1p_(Tensor input) => input.log1p_();
    public static Tensor log2_(Tensor input) => input.log2_();
    public static Tensor log_(Tensor input) => input.log_();
    public static Tensor mul_(Tensor left, Scalar right) => left.mul_(right);
    public static Tensor mul_(Tensor left, Tensor right) => left.mul_(right);
    public static Tensor multiply_(Tensor left, Scalar right) => Aten.multiply__Scalar.Call(left, right);
    public static Tensor multiply_(Tensor left, Tensor right) => Aten.multiply__Tensor.Call(left, right);
    public static Tensor neg_(Tensor input) => input.neg_();
    public static Tensor pow_(Tensor left, Scalar exponent) => left.pow_(exponent);
    public static Tensor pow_(Tensor left, Tensor exponent) => left.pow_(exponent);
    public static Tensor reciprocal_(Tensor input) => input.reciprocal_();
    public static Tensor remainder_(Tensor left, Scalar right) => left.remainder_(right);
    public static Tensor remainder_(Tensor left, Tensor right) => left.remainder_(right);
    public static Tensor round_(Tensor input, long decimals = 0) => input.round_(decimals);
    public static Tensor rsqrt_(Tensor input) => input.rsqrt_();
    public static Tensor sign_(Tensor input) => input.sign_();
    public static Tensor sin_(Tensor input) => input.sin_();
    public static Tensor sinh_(Tensor input) => input.sinh_();
    public static Tensor sqrt_(Tensor input) => input.sqrt_();
    public static Tensor sub_(Tensor left, Scalar right) => left.sub_(right);
    public static Tensor sub_(Tensor left, Tensor right) => left.sub_(right);
    public static Tensor subtract_(Tensor left, Scalar right) => left.subtract_(right);
    public static Tensor subtract_(Tensor left, Tensor right) => left.subtract_(right);
    public static Tensor tan_(Tensor input) => input.tan_();
    public static Tensor trunc_(Tensor input) => input.trunc_();
}
