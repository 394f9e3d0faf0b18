using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            // The four moves keep TorchSharp's names, which its modules override; all end in _toEpilog.
            protected internal virtual Module _to(Device device, ScalarType dtype, bool non_blocking)
            {
                CheckFloating(dtype);
                InitializeDeviceType(device.type);
                _toEpilog(device, dtype, non_blocking);
                return this;
            }

            protected internal virtual Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking)
            {
                if (deviceType != DeviceType.CUDA) deviceIndex = -1;
                InitializeDeviceType(deviceType);
                if (deviceType != _deviceType || deviceIndex != _deviceIndex) _toEpilog(deviceType, deviceIndex, non_blocking);
                return this;
            }

            protected internal virtual Module _to(ScalarType dtype, bool non_blocking)
            {
                CheckFloating(dtype);
                _toEpilog(dtype, non_blocking);
                return this;
            }

            public Module _to(Tensor other, bool non_blocking)
            {
                _to(other.dtype, non_blocking);
                return _to(other.device_type, other.device_index, non_blocking);
            }

            protected void _toEpilog(ScalarType dtype, bool non_blocking) => _toEpilog(dtype, null, non_blocking);

            protected void _toEpilog(Device device, ScalarType dtype, bool non_blocking) => _toEpilog(dtype, device, non_blocking);

            protected void _toEpilog(DeviceType deviceType, int deviceIndex, bool non_blocking) =>
                _toEpilog(null, new Device(deviceType, deviceIndex), non_blocking);

            /// <summary>Moves what is below, then replaces own parameters and buffers, in the fields that hold them too.</summary>
            protected virtual void _toEpilog(ScalarType? dtype, Device? device, bool non_blocking)
            {
                foreach (var child in children())
                {
                    if (device is null) child._to(dtype!.Value, non_blocking);
                    else if (dtype is null) child._to(device.type, device.index, non_blocking);
                    else child._to(device, dtype.Value, non_blocking);
                }
                var fields = Fields(GetType()).ToLookup(ComponentNameAttribute.Of);
                foreach (var (key, parameter) in named_parameters(false).ToList())
                {
                    if (!ReplaceParameter(dtype, device, parameter, out var moved)) continue;
                    parameter.Dispose();
                    ConditionallyRegisterParameter(key, moved);
                    foreach (var field in fields[key]) field.SetValue(this, moved);
                }
                foreach (var (key, (buffer, persistent)) in _internal_buffers.ToList<(string, (Tensor, bool))>())
                {
                    if (!ReplaceBuffer(dtype, device, buffer, out var moved)) continue;
                    ConditionallyRegisterBuffer(key, moved, persistent);
                    foreach (var field in fields[key]) field.SetValue(this, moved);
                }
                if (device is not null) (_deviceType, _deviceIndex) = (device.type, device.index);
            }

            protected static bool ReplaceParameter(ScalarType? dtype, Device? device, Parameter param, out Parameter? p)
            {
                p = null;
                var (type, place) = Target(param, dtype, device);
                using var grad = param.grad;
                if (Stays(param, type, place) && (grad is null || Stays(grad, type, place))) return false;
                using var mode = no_grad();
                p = new Parameter(param.to(type, place, copy: true), param.requires_grad);
                p.DetachFromDisposeScope();
                if (grad is null) return true;
                using var moved = grad.to(type, place, copy: true);
                p.grad = moved;
                return true;
            }

            protected static bool ReplaceBuffer(ScalarType? dtype, Device? device, Tensor buffer, out Tensor? result)
            {
                result = null;
                var (type, place) = Target(buffer, dtype, device);
                if (Stays(buffer, type, place)) return false;
                result = buffer.to(type, place, disposeAfter: true).DetachFromDisposeScope();
                return true;
            }

            protected static (Device device, ScalarType dtype) GetDefaultDeviceAndType(Device? device = null, ScalarType? dtype = null) =>
                (device ?? get_default_device(), dtype ?? get_default_dtype());

            private static (ScalarType, Device) Target(Tensor tensor, ScalarType? dtype, Device? device)
            {
                bool converts = dtype is not null && (tensor.is_floating_point() || tensor.is_complex());
                return (converts ? dtype!.Value : tensor.dtype, device ?? tensor.device);
            }

            private static bool Stays(Tensor tensor, ScalarType type, Device device) => tensor.dtype == type
                && tensor.device_type == device.type && (device.index == -1 || device.type == DeviceType.CPU || tensor.device_index == device.index);

            private static void CheckFloating(ScalarType dtype)
            {
                if (!is_floating_point(dtype) && !is_complex(dtype))
                    throw new ArgumentException($"nn.Module.to only accepts floating point or complex types, but got desired dtype={dtype}");
            }
        }
    }
}
