using System.Diagnostics;
using Spectre.Console;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Text;

/// <summary>Shows the progress of work in equal parts: a bar on a terminal, one line per part otherwise.</summary>
internal static class WorkProgress
{
    /// <summary>Runs work and shows its progress.</summary>
    /// <param name="output">The output for plain lines.</param>
    /// <param name="terminal">The terminal; null for plain lines.</param>
    /// <param name="total">The number of parts.</param>
    /// <param name="unit">The name of the parts, in the plural.</param>
    /// <param name="work">The work. It calls its argument with a description of each part that is done, from any thread.</param>
    public static T Watch<T>(TextWriter output, IAnsiConsole? terminal, int total, string unit, Func<Action<string>, T> work)
    {
        var clock = Stopwatch.StartNew();
        var gate = new Lock();
        var done = 0;
        if (terminal is null)
        {
            return work(what => Done(line => output.WriteLine(line), what));
        }

        return Terminal.Bar(terminal).Start(context =>
            {
                var task = context.AddTask($"0/{total} {unit}", maxValue: Math.Max(1, total));
                return work(what => Done(
                    line =>
                    {
                        task.Description = Markup.Escape(line);
                        task.Value = done;
                    },
                    what));
            });

        void Done(Action<string> show, string what)
        {
            lock (gate)
            {
                done++;
                show($"{done}/{total} {unit}  {what}  {Clock.Text(clock.Elapsed / done * (total - done))} left");
            }
        }
    }
}
