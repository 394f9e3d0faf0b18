using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    // Arithmetic element by element.
    public partial class Tensor
    {
        public Tensor abs() => Aten.abs.Call(this);
        public Tensor absolute() => Aten.absolute.Call(this);
        public Tensor acos() => Aten.acos.Call(this);
        public Tensor add(Scalar scalar) => Aten.add_Scalar.Call(this, scalar);
        public Tensor add(Scalar scalar, Scalar alpha) => Aten.add_Scalar.Call(this, scalar, alpha);
        public Tensor add(Tensor target) => Aten.add_Tensor.Call(this, target);
        public Tensor add(Tensor target, Scalar alpha) => Aten.add_Tensor.Call(this, target, alpha);
        public Tensor addcdiv(Tensor tensor1, Tensor tensor2) => Aten.addcdiv.Call(this, tensor1, tensor2);
        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value) => Aten.addcdiv.Call(this, tensor1, tensor2, value);
        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) => Aten.addcmul.Call(this, tensor1, tensor2, value);
        public Tensor angle() => Aten.angle.Call(this);
        public Tensor arctan() => Aten.arctan.Call(this);
        public Tensor asin() => Aten.asin.Call(this);
        public Tensor atan() => Aten.atan.Call(this);
        public Tensor atan2(Tensor other) => Aten.atan2.Call(this, other);
        public Tensor ceil() => Aten.ceil.Call(this);
        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Aten.clamp.Call(this, min, max);
        public Tensor clamp(Tensor? min = null, Tensor? max = null) => Aten.clamp_Tensor.Call(this, min, max);
        public Tensor clamp_max(Scalar max) => Aten.clamp_max.Call(this, max);
        public Tensor clamp_min(Scalar min) => Aten.clamp_min.Call(this, min);
        public Tensor clip(Scalar? min = null, Scalar? max = null) => Aten.clip.Call(this, min, max);
        public Tensor cos() => Aten.cos.Call(this);
        public Tensor cosh() => Aten.cosh.Call(this);
        public Tensor diff(long n = 1, long dim = -1, Tensor? prepend = null, Tensor? append = null) => Aten.diff.Call(this, n, dim, prepend, append);
        public Tensor digamma() => Aten.digamma.Call(this);
        public Tensor erf() => Aten.erf.Call(this);
        public Tensor erfc() => Aten.erfc.Call(this);
        public Tensor erfinv() => Aten.erfinv.Call(this);
        public Tensor exp() => Aten.exp.Call(this);
        public Tensor exp2() => Aten.exp2.Call(this);
        public Tensor expm1() => Aten.expm1.Call(this);
        public Tensor float_power(Tensor target) => Aten.float_power_Tensor_Tensor.Call(this, target);
        public Tensor floor() => Aten.floor.Call(this);
        public Tensor floor_divide(Scalar other) => Aten.floor_divide_Scalar.Call(this, other);
        public Tensor floor_divide(Tensor other) => Aten.floor_divide.Call(this, other);
        public Tensor fmod(Scalar scalar) => Aten.fmod_Scalar.Call(this, scalar);
        public Tensor fmod(Tensor target) => Aten.fmod_Tensor.Call(this, target);
        public Tensor frac() => Aten.frac.Call(this);
        public Tensor heaviside(Tensor other) => Aten.heaviside.Call(this, other);
        public Tensor hypot(Tensor other) => Aten.hypot.Call(this, other);
        public Tensor lerp(Tensor end, Tensor weight) => Aten.lerp_Tensor.Call(this, end, weight);
        public Tensor lgamma() => Aten.lgamma.Call(this);
        public Tensor log() => Aten.log.Call(this);
        public Tensor log10() => Aten.log10.Call(this);
        public Tensor log1p() => Aten.log1p.Call(this);
        public Tensor log2() => Aten.log2.Call(this);
        public Tensor logaddexp(Tensor other) => Aten.logaddexp.Call(this, other);
        public Tensor logit(double? eps = null) => Aten.logit.Call(this, eps);
        public Tensor mul(Scalar target) => Aten.mul_Scalar.Call(this, target);
        public Tensor mul(Tensor target) => Aten.mul_Tensor.Call(this, target);
        public Tensor multiply(Scalar target) => Aten.multiply_Scalar.Call(this, target);
        public Tensor multiply(Tensor target) => Aten.multiply_Tensor.Call(this, target);
        public Tensor nan_to_num(double nan = 0, double? posinf = null, double? neginf = null) => Aten.nan_to_num.Call(this, nan, posinf, neginf);
        public Tensor neg() => Aten.neg.Call(this);
        public Tensor negative() => Aten.negative.Call(this);
        public Tensor pow(Scalar exponent) => Aten.pow_Tensor_Scalar.Call(this, exponent);
        public Tensor pow(Tensor exponent) => Aten.pow_Tensor_Tensor.Call(this, exponent);
        public Tensor reciprocal() => Aten.reciprocal.Call(this);
        public Tensor remainder(Scalar scalar) => Aten.remainder_Scalar.Call(this, scalar);
        public Tensor remainder(Tensor target) => Aten.remainder_Tensor.Call(this, target);
        public Tensor round(long decimals = 0) => Aten.round_decimals.Call(this, decimals);
        public Tensor rsqrt() => Aten.rsqrt.Call(this);
        public Tensor sign() => Aten.sign.Call(this);
        public Tensor sin() => Aten.sin.Call(this);
        public Tensor sinh() => Aten.sinh.Call(this);
        public Tensor slice(long dim, long start, long finish, long step) => Aten.slice_Tensor.Call(this, dim, start, finish, step);
        public Tensor sqrt() => Aten.sqrt.Call(this);
        public Tensor square() => Aten.square.Call(this);
        public Tensor sub(Scalar target) => Aten.sub_Scalar.Call(this, target);
        public Tensor sub(Tensor target) => Aten.sub_Tensor.Call(this, target);
        public Tensor subtract(Scalar target) => Aten.subtract_Scalar.Call(this, target);
        public Tensor subtract(Tensor target) => Aten.subtract_Tensor.Call(this, target);
        public Tensor tan() => Aten.tan.Call(this);
        public Tensor tensordot(Tensor b, long[] dims1, long[] dims2) => Aten.tensordot.Call(this, b, dims1, dims2);
        public Tensor trapezoid(double dx = 1, long dim = -1) => Aten.trapezoid_dx.Call(this, dx, dim);
        public Tensor trapezoid(Tensor x, long dim = -1) => Aten.trapezoid_x.Call(this, x, dim);
        public Tensor trunc() => Aten.trunc.Call(this);
    }
}
