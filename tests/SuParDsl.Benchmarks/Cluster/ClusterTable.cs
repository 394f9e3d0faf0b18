using System.Globalization;
using System.Text;

namespace SuParDsl.Benchmarks.Cluster;

/// <summary>Step times over devices and densities, as Markdown.</summary>
internal static class ClusterTable
{
    private static readonly int[] Devices = [8, 32, 128, 512, 1024, 2048, 4096];

    private static readonly int[] Denominators = [1, 4, 16, 64, 128];

    /// <summary>
    /// A section with the constants, the table, and the number of devices from which communication dominates.
    /// </summary>
    public static string Of(string title, Job job, Device device, Network network)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"### {title}\n\n");
        text.Append(CultureInfo.InvariantCulture,
            $"GPT of width {job.Width}, {job.Layers} blocks, vocabulary {job.Vocabulary}, context {job.Context}; ");
        text.Append(CultureInfo.InvariantCulture, $"{job.Tokens} tokens a step over all devices.\nDevice: ");
        text.Append(CultureInfo.InvariantCulture,
            $"{device.Dense:E2} s a dense multiply-add (forward and both gradients), {device.Kept:E2} s a token and ");
        text.Append(CultureInfo.InvariantCulture,
            $"kept weight, {device.Feature:E2} s a token and feature, {device.Update:E2} s a weight's update.\nNetwork: ");
        text.Append(CultureInfo.InvariantCulture,
            $"latency {1e6 * network.Latency:G3} µs, {network.BytesPerSecond / 1e9:G3} GB/s each way.\n\n");
        text.Append("Seconds a step, in brackets without overlap; then the share of the step that devices only wait in, "
            + "with overlap.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"| devices | {string.Join(" | ", Denominators.Select(Density))} |\n");
        text.Append(CultureInfo.InvariantCulture, $"|---|{string.Concat(Denominators.Select(static _ => "---|"))}\n");
        foreach (var devices in Devices)
        {
            var cells = Denominators.Select(denominator => Cell(
                Step(denominator, devices, overlap: true), Step(denominator, devices, overlap: false)));
            text.Append(CultureInfo.InvariantCulture, $"| {devices} | {string.Join(" | ", cells)} |\n");
        }

        text.Append('\n');
        foreach (var denominator in Denominators)
        {
            var from = Devices.FirstOrDefault(devices => Step(denominator, devices, overlap: true).WaitingShare > 0.5);
            var speed = Step(1, Devices[^1], overlap: true).Seconds / Step(denominator, Devices[^1], overlap: true).Seconds;
            text.Append(CultureInfo.InvariantCulture, $"- {Density(denominator)}: ");
            text.Append(from == 0
                ? "communication dominates nowhere here"
                : $"communication takes most of a step from {from} devices on");
            text.Append(CultureInfo.InvariantCulture, $"; {speed:F1}× the dense model's speed at {Devices[^1]} devices\n");
        }

        return text.ToString();

        StepTime Step(int denominator, int devices, bool overlap) =>
            ClusterModel.Step(job, 1.0 / denominator, device, network, devices, overlap);
    }

    private static string Density(int denominator) => denominator == 1 ? "density 1" : $"density 1/{denominator}";

    private static string Cell(StepTime with, StepTime without) =>
        string.Create(CultureInfo.InvariantCulture, $"{Seconds(with)} ({Seconds(without)}), {100 * with.WaitingShare:F0} %");

    private static string Seconds(StepTime time) =>
        time.Seconds.ToString(time.Seconds >= 100 ? "F0" : "G3", CultureInfo.InvariantCulture);
}
