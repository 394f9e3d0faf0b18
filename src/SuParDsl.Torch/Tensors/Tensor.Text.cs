using System.Globalization;
using System.Text;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        private const int ShownElements = 1000;

        /// <summary>Shape, type and device; small CPU tensors' elements follow.</summary>
        public override string ToString()
        {
            if (IsInvalid) return "(disposed tensor)";
            var text = new StringBuilder($"[{string.Join('x', shape)}], type = {dtype}, device = {device}");
            if (device_type == DeviceType.CPU && numel() <= ShownElements && ElementTypes.TypeOf(dtype) is not null)
            {
                using var flat = detach().reshape(-1).to(ScalarType.Float64);
                text.Append(" { ").AppendJoin(", ", flat.data<double>().Select(v => v.ToString("g5", CultureInfo.InvariantCulture))).Append(" }");
            }
            return text.ToString();
        }
    }
}
